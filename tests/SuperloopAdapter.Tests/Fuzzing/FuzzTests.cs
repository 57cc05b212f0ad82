using System.Globalization;
using OpsManager.Testing;
using OpsManager.Testing.Corpus;
using Xunit.Abstractions;

namespace SuperloopAdapter.Tests.Fuzzing;

/// <summary>
/// Spoiled artifacts and logs through the reading path. 50,000 inputs, or as many as SUPERLOOP_FUZZ_INPUTS says, which
/// follow from the seed of the tests. An input that fails is left in a file that the message names.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int TreeEvery = 50;
    private const long BytesPerInput = 256L * 1024 * 1024;
    private const long MostHeld = 64 * 1024 * 1024;

    private static readonly TimeSpan TimePerInput = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Whatever_the_files_hold_they_are_read_without_a_crash_or_a_hang_and_within_bounded_memory()
    {
        var inputs = Environment.GetEnvironmentVariable("SUPERLOOP_FUZZ_INPUTS") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : 50_000;
        var seed = TestSeed.Announce(output);

        var mutator = new InputMutator(Corpus());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(async () =>
        {
            using var repository = new TempRepository();
            Directory.CreateDirectory(repository.File("loops/" + TempRepository.LoopId));
            Directory.CreateDirectory(repository.File("ops/loops/" + TempRepository.LoopId));
            for (var number = Interlocked.Increment(ref next); number < inputs; number = Interlocked.Increment(ref next))
            {
                await OneAsync(mutator, repository, seed, number);
            }
        })));
        var growth = await SettledAsync(before);
        output.WriteLine($"{inputs} inputs, {growth} bytes more held than before");
        Assert.True(growth < MostHeld, $"{growth} bytes are held after {inputs} inputs");
    }

    /// <summary>How much more is held than before. What other tests of this process hold just now goes away again; what was leaked stays.</summary>
    private static async Task<long> SettledAsync(long before)
    {
        var began = TimeProvider.System.GetTimestamp();
        long growth;
        while ((growth = GC.GetTotalMemory(forceFullCollection: true) - before) >= MostHeld && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }

        return growth;
    }

    /// <summary>Whole small files, and pieces of the logs: a long log spoiled in one place is mostly a long log.</summary>
    private static List<byte[]> Corpus()
    {
        List<byte[]> corpus = [];
        foreach (var step in CorpusLibrary.Steps)
        {
            using var repository = TempRepository.Of(step);
            foreach (var file in Directory.EnumerateFiles(repository.File("."), "*.json*", SearchOption.AllDirectories))
            {
                var bytes = File.ReadAllBytes(file);
                var lines = 0;
                var start = 0;
                for (var i = 0; i < bytes.Length && file.EndsWith(".jsonl", StringComparison.Ordinal); i++)
                {
                    if (bytes[i] == '\n' && ++lines % 6 == 0)
                    {
                        corpus.Add(bytes[start..(i + 1)]);
                        start = i + 1;
                    }
                }

                if (bytes.Length - start < 8 * 1024)
                {
                    corpus.Add(bytes[start..]);
                }
            }
        }

        return [.. corpus.DistinctBy(Convert.ToBase64String)];
    }

    private static async Task OneAsync(InputMutator mutator, TempRepository repository, int seed, int number)
    {
        // Each input has a seed of its own, so that one that fails can be made again alone.
        var random = new Random(unchecked(seed + (number * 7919)));
        var input = mutator.Mutate(random);
        try
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            if (number % TreeEvery == 0)
            {
                await ReadingPath.ReadTreeAsync(repository, () => mutator.Mutate(random), random).WaitAsync(TimePerInput);
            }
            else
            {
                // A hang cannot be ended, but it can be named.
                using var bound = new Timer(_ => Environment.FailFast($"input {number} of seed {seed} hangs: {Leave(input, seed, number)}"), null, TimePerInput, Timeout.InfiniteTimeSpan);
                ReadingPath.ReadArtifact(input, random);
                ReadingPath.ReadLog(input, random);
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, BytesPerInput);
            }
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"input {number} of seed {seed}, left in {Leave(input, seed, number)}: {e.Message}", e);
        }
    }

    private static string Leave(byte[] input, int seed, int number)
    {
        var path = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"superloop-fuzz-{seed}-{number}.bin"));
        File.WriteAllBytes(path, input);
        return path;
    }
}
