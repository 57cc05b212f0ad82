using CsCheck;
using Xunit;

namespace OpsManager.Testing;

/// <summary>
/// Property tests whose inputs follow from <see cref="TestSeed"/>. CsCheck's own loop takes a seed for its first input only and draws the rest
/// from the clock; here each input has a seed of its own, and CsCheck is left what it is good at: making a failing one smaller.
/// </summary>
internal static class SeededSamples
{
    /// <summary>Inputs tried to make a failing one smaller.</summary>
    private const int Shrinking = 2_000;

    /// <summary>Checks a property on generated inputs, on all processors unless told otherwise.</summary>
    public static void SampleSeeded<T>(this Gen<T> gen, Action<T> check, int iter, Func<T, string>? print = null, int threads = -1)
    {
        var played = Parallel.For(0, iter, new ParallelOptions { MaxDegreeOfParallelism = threads }, (index, loop) =>
        {
            try
            {
                check(gen.Generate(Pcg(index), null, out _));
            }
            catch (Exception) when (Stop(loop))
            {
                // Played again below, alone.
            }
        });
        if (played.LowestBreakIteration is { } lowest)
        {
            try
            {
                gen.Sample(check, seed: Pcg(lowest).ToString(), iter: Shrinking, threads: 1, print: print);
            }
            catch (CsCheckException smaller)
            {
                throw Found(smaller);
            }

            throw Unsteady(lowest);
        }
    }

    /// <summary>Checks that a predicate holds.</summary>
    public static void SampleSeeded<T>(this Gen<T> gen, Func<T, bool> holds, int iter, Func<T, string>? print = null) =>
        gen.SampleSeeded(input => Assert.True(holds(input)), iter, print);

    /// <summary>Checks that a predicate of three holds.</summary>
    public static void SampleSeeded<T1, T2, T3>(this Gen<(T1, T2, T3)> gen, Func<T1, T2, T3, bool> holds, int iter) =>
        gen.SampleSeeded(input => Assert.True(holds(input.Item1, input.Item2, input.Item3)), iter);

    /// <summary>Checks a property of two.</summary>
    public static void SampleSeeded<T1, T2>(this Gen<(T1, T2)> gen, Action<T1, T2> check, int iter) =>
        gen.SampleSeeded(input => check(input.Item1, input.Item2), iter);

    /// <summary>Checks a property of three.</summary>
    public static void SampleSeeded<T1, T2, T3>(this Gen<(T1, T2, T3)> gen, Action<T1, T2, T3> check, int iter) =>
        gen.SampleSeeded(input => check(input.Item1, input.Item2, input.Item3), iter);

    /// <summary>Checks a property of four.</summary>
    public static void SampleSeeded<T1, T2, T3, T4>(this Gen<(T1, T2, T3, T4)> gen, Action<T1, T2, T3, T4> check, int iter, int threads = -1) =>
        gen.SampleSeeded(input => check(input.Item1, input.Item2, input.Item3, input.Item4), iter, threads: threads);

    /// <summary>Checks a property that takes its time, a few inputs at once.</summary>
    public static async Task SampleSeededAsync<T>(this Gen<T> gen, Func<T, Task> check, int iter, int atATime)
    {
        var lowest = long.MaxValue;
        await Parallel.ForAsync(0, iter, new ParallelOptions { MaxDegreeOfParallelism = atATime }, async (index, cancellation) =>
        {
            if (cancellation.IsCancellationRequested || index >= Interlocked.Read(ref lowest))
            {
                return;
            }

            try
            {
                await check(gen.Generate(Pcg(index), null, out _));
            }
            catch (Exception) when (Lower(ref lowest, index))
            {
                // Played again below, alone.
            }
        });
        if (lowest != long.MaxValue)
        {
            try
            {
                await gen.SampleAsync(check, seed: Pcg(lowest).ToString(), iter: Shrinking, threads: 1);
            }
            catch (CsCheckException smaller)
            {
                throw Found(smaller);
            }

            throw Unsteady(lowest);
        }
    }

    private static PCG Pcg(long index) => new((uint)index, (ulong)TestSeed.Current);

    // Lower indices are still played: the lowest that fails is the same in every execution.
    private static bool Stop(ParallelLoopState loop)
    {
        loop.Break();
        return true;
    }

    private static bool Lower(ref long lowest, long index)
    {
        for (var known = Interlocked.Read(ref lowest); index < known; known = Interlocked.Read(ref lowest))
        {
            if (Interlocked.CompareExchange(ref lowest, index, known) == known)
            {
                break;
            }
        }

        return true;
    }

    private static InvalidOperationException Found(CsCheckException smaller) => new($"{TestSeed.Repeat}\n{smaller.Message}", smaller);

    private static InvalidOperationException Unsteady(long index) =>
        new($"{TestSeed.Repeat}: an input failed once and not when it was played again alone, so it does not decide the result ({index}).");
}
