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

    /// <summary>
    /// What proves that nothing of the run lives: a look, or the adapter's answer to the cancel or force_cancel of a run that it
    /// launched. Of a process that somebody else launched it may know nothing, and then it finds nothing to end.
    /// </summary>
    public static string? QuiescenceProof(LoopRun run, Observation observation, ProcessView process) =>
        ProcessReading.QuiescenceProof(run, observation, process)
        ?? (run is { Cancel.Taken: true, Capabilities: not null } && IsWordEnough(run, process) ? "process" : null);

    /// <summary>Whether the adapter may be taken at its word that nothing of the run lives: it launched the run, or a look at the processes agrees.</summary>
    public static bool IsWordEnough(LoopRun run, ProcessView process) =>
        process is { Source: "process", IsGone: true, LiveChildren: 0 }
        || (run.Spec.Launch == LaunchKind.Start && !process.IsThere && process.LiveChildren is null or 0);

    /// <summary>
    /// Whether an end may be put down to the cancel: it is under way, or it is known to have reached the adapter. One that was given
    /// up, and that nothing shows to have arrived, does not claim whatever ends the run hours later.
    /// </summary>
    public static bool IsCause(LoopRun run, Observation observation) =>
        run.Cancel is { } cancel
        && (cancel.Taken || IsBarred(run, observation) || run.Intents.Any(static open => open is { Status: IntentStatus.Sending or IntentStatus.Delivered } && open.Verb.Ends()));

    /// <summary>
    /// The verdict under a cancel. An end that the log states came first and stays; any other was caused by the cancel, if it can
    /// have been. A run that has no process and no end is cancelled once the adapter took the cancel, or barred the run from starting.
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
            // An end by order fits the order that was given, though nobody saw it arrive; any other end has its own cause.
            if (!IsCause(run, observation) && verdict.State != LifecycleState.Cancelled)
            {
                return verdict;
            }

            return Attribute(
                new Verdict(told ? verdict.Rule : "cancelled_by_intent", LifecycleState.Cancelled, null, verdict.Basis, $"After cancel {cancel.Intent}: {verdict.Evidence}", cancel.By),
                cancel.By);
        }

        return (cancel.Taken || IsBarred(run, observation)) && !process.IsThere && process.LiveChildren is null or 0
            && (process.IsGone || QuiescenceProof(run, observation, process) is not null)
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

    private static bool IsBarred(LoopRun run, Observation observation) => observation.Runtime.Control?.TombstoneRunId == run.Spec.RunId.Value;
}
