namespace OpsFunctions.Activities;

/// <summary>
/// Numbers of calls that control a run. An adapter refuses what is not above the highest it has seen, so that they rise over cycles
/// and generations; the same call made twice has the same number.
/// </summary>
internal static class ControlOrders
{
    // Cycles start over with each generation and never reach this.
    private const long PerGeneration = 1_000_000_000_000;
    private const long PerCycle = 10;

    /// <summary>Number of a cycle's launch.</summary>
    public static long OfStart(int generation, long cycle) => Of(generation, cycle, 1);

    /// <summary>Number of a cycle's intent, which comes after its launch.</summary>
    public static long OfIntent(int generation, long cycle) => Of(generation, cycle, 2);

    private static long Of(int generation, long cycle, long call) => (generation * PerGeneration) + (cycle * PerCycle) + call;
}
