using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Runs;
using OpsManager.Core.Verdicts;

namespace OpsManager.Core.Decisions;

/// <summary>What a cancel that was sent makes of a verdict.</summary>
internal static class CancelVerdict
{
    /// <summary>How long a v1 endpoint, which proves nothing of processes, must show the loop inactive.</summary>
    public static readonly TimeSpan InactiveFor = TimeSpan.FromSeconds(10);

    private static readonly HashSet<string> DeadlinePolicies = new(StringComparer.Ordinal) { "start_deadline", "max_active_duration", "approval_deadline" };

    /// <summary>Whether the adapter proved, with its answer to the cancel or force_cancel of this run, that nothing of it lives.</summary>
    public static bool IsProvenByAdapter(LoopRun run, ProcessView process) =>
        run is { Cancel.Taken: true, Capabilities: not null } && !process.IsThere && process.LiveChildren is null or 0;

    /// <summary>
    /// The verdict under a cancel. An end that the log states came first and stays; any other was caused by the cancel. A run that
    /// has no process and no end is cancelled once the adapter took the cancel, or barred the run from starting.
    /// </summary>
    public static Verdict Judge(Verdict verdict, LoopRun run, Observation observation, ProcessView process)
    {
        if (run.Cancel is not { } cancel || verdict.Rule == "superseded")
        {
            return verdict;
        }

        var told = verdict is { Basis: VerdictBasis.Log, Reason: "manual_cancel" };
        if (verdict.Basis == VerdictBasis.Log && !told)
        {
            return verdict;
        }

        if (verdict.Basis != VerdictBasis.Live)
        {
            return Attribute(
                new Verdict(told ? verdict.Rule : "cancelled_by_intent", LifecycleState.Cancelled, null, verdict.Basis, $"After cancel {cancel.Intent}: {verdict.Evidence}", cancel.By),
                cancel.By);
        }

        var barred = observation.Runtime.Control?.TombstoneRunId == run.Spec.RunId.Value;
        return (cancel.Taken || barred) && !process.IsThere && process.LiveChildren is null or 0
            ? Attribute(
                new Verdict("cancel_confirmed", LifecycleState.Cancelled, null, VerdictBasis.Death, $"Cancel {cancel.Intent} was taken and no process of the run is there.", cancel.By),
                cancel.By)
            : verdict;
    }

    /// <summary>A cancel of a policy says so: of a deadline, the run timed out.</summary>
    public static Verdict Attribute(Verdict verdict, string by)
    {
        const string prefix = "policy:";
        if (!by.StartsWith(prefix, StringComparison.Ordinal))
        {
            return verdict;
        }

        var policy = by[prefix.Length..];
        return verdict with { State = DeadlinePolicies.Contains(policy) ? LifecycleState.TimedOut : LifecycleState.Cancelled, Reason = policy };
    }
}
