using OpsManager.Testing.Corpus;

namespace OpsManager.Corpus.Tests.Replay;

/// <summary>What v1 calls the truth of a step.</summary>
internal static class V1Status
{
    public static string Of(CorpusStep step, string loopId) => step.Meta.Truth.Of(loopId) switch
    {
        // cancel removes what says that the loop was active: from artifacts alone, how it ended cannot be told.
        "cancelled" => "unknown",
        "crashed" or "failed" when IsCancelledSince(step) => "unknown",

        // Between two launches of somebody who launches step by step: for v1 the loop stopped at its iteration limit.
        "paused" when step.Meta.Process.PidInActiveRun is null => "stopped",
        "paused" => "running",
        "approved_pending_resume" or "rejected_pending_resume" or "not_started" => "idle",
        "crashed" => "failed",
        var same => same,
    };

    private static bool IsCancelledSince(CorpusStep step) => step.Meta.LastCommand?.Command.Split(' ') is [_, "cancel", ..];
}
