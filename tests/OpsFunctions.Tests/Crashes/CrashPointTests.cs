using System.Collections.Concurrent;
using System.Globalization;
using Xunit.Abstractions;

namespace OpsFunctions.Tests.Crashes;

/// <summary>
/// Every write of ten runs goes wrong once before and once after it was made, by the death of the process and by an error. Each run
/// ends as it does without, and nothing is lost, doubled or left over.
/// </summary>
public sealed class CrashPointTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. CrashScenarios.All.Select(static scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_crash_at_any_write_changes_nothing_of_the_end(string name)
    {
        var scenario = CrashScenarios.Named(name);
        var writes = await CrashPlay.InMemoryAsync(scenario, null);
        Assert.InRange(writes, 8, 200);
        var failures = new ConcurrentBag<string>();
        var crashes = Enum.GetValues<CrashMode>().SelectMany(mode => Enumerable.Range(1, writes).Select(write => new Crash(write, mode)));
        await Parallel.ForEachAsync(crashes, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (crash, _) =>
        {
            try
            {
                await CrashPlay.InMemoryAsync(scenario, crash);
            }
            catch (CrashPointException exception)
            {
                failures.Add(exception.Message);
            }
        });

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {writes} writes"));
        Assert.True(failures.IsEmpty, string.Join('\n', failures.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_run_that_does_not_end_as_it_should_is_named_with_the_write_and_the_mode()
    {
        var wrong = CrashScenarios.Named("cancel") with { End = "completed" };

        var failure = await Assert.ThrowsAsync<CrashPointException>(() => CrashPlay.InMemoryAsync(wrong, new Crash(3, CrashMode.DiesAfter)));

        Assert.StartsWith("cancel, DiesAfter at write 3 (", failure.Message, StringComparison.Ordinal);
        Assert.Contains("cancelled, cancel confirmed", failure.Message, StringComparison.Ordinal);
    }
}
