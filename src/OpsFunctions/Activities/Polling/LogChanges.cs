using OpsManager.Core.Evidence;

namespace OpsFunctions.Activities.Polling;

/// <summary>What can happen to a log besides growing.</summary>
public static class LogChanges
{
    /// <summary>Lines at its end were lost.</summary>
    public const string Truncated = "log_truncated";

    /// <summary>It is another log.</summary>
    public const string Replaced = "log_replaced";

    /// <summary>
    /// The changes that stored rows show after a decision: a result that was lost took its own report of them with it.
    /// </summary>
    /// <param name="decidedEpoch">Epoch of the last event decided on; 0 before the first.</param>
    /// <param name="facts">The events after it.</param>
    public static IEnumerable<string> In(int decidedEpoch, IEnumerable<ReceivedFact> facts)
    {
        var epoch = Math.Max(1, decidedEpoch);
        foreach (var received in facts)
        {
            if (received.Fact.Epoch > epoch)
            {
                epoch = received.Fact.Epoch;
                yield return received.Fact.Line == 1 ? Replaced : Truncated;
            }
        }
    }
}
