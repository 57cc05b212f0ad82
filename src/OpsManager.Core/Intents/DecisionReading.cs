using OpsManager.Core.Evidence;
using OpsManager.Core.Observations;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Core.Verdicts;

namespace OpsManager.Core.Intents;

/// <summary>Reads candidates and the decisions on them from log, approval.json and what the adapter remembers.</summary>
internal static class DecisionReading
{
    // One that was given up may be asked for again and again; those before the last few had their time.
    private const int SentAtMost = 8;

    /// <summary>The candidate that waits; null if there is none, or nothing names it.</summary>
    public static Candidate? Pending(RunEvidence evidence, RuntimeFacts runtime)
    {
        if (ApprovalReading.Read(evidence, runtime.Approval) != ApprovalStanding.Pending)
        {
            return null;
        }

        var asked = evidence.Approval is { Consumed: false } open ? open : null;
        var file = runtime.Approval;
        var runtimeRunId = asked?.RuntimeRunId ?? file?.RuntimeRunId;
        var iteration = asked?.Iteration ?? file?.Iteration;

        // The time in the file is what an adapter compares; that of the event is a little later.
        return runtimeRunId is null || iteration is null
            ? null
            : new Candidate(runtimeRunId, iteration.Value, file?.RuntimeRunId == runtimeRunId && file.Iteration == iteration ? file.RequestedAt : null);
    }

    /// <summary>The decision on a candidate as far as it can be read; null if none can.</summary>
    public static DecisionSeen? On(Candidate candidate, RunEvidence evidence, RuntimeFacts runtime)
    {
        // The adapter knows the intent of what it recorded itself, whatever became of the note.
        var recorded = runtime.Control is { DecisionIntentId: { } id, DecisionStatus: { } status } ? (id, status) : default;
        if (evidence.Approval is { Decision: { } decision } logged && logged.RuntimeRunId == candidate.RuntimeRunId && logged.Iteration == candidate.Iteration)
        {
            return new DecisionSeen(decision, logged.DecidedBy, Notes(logged.Note, recorded, decision));
        }

        return runtime.Approval is { Status: "approved" or "rejected" } file && file.RuntimeRunId == candidate.RuntimeRunId && file.Iteration == candidate.Iteration
            ? new DecisionSeen(file.Status, file.DecidedBy, Notes(file.Note, recorded, file.Status))
            : null;
    }

    /// <summary>The run with a deciding intent noted that is being sent.</summary>
    public static LoopRun Noted(LoopRun run, Intent sending)
    {
        var sent = new DecisionMemory(sending.Id, sending.Candidate!);
        return run.DecisionsSent.Contains(sent)
            ? run
            : run with { DecisionsSent = run.DecisionsSent.Where(earlier => earlier.Candidate.Matches(sent.Candidate)).Append(sent).TakeLast(SentAtMost).ToValueList() };
    }

    /// <summary>The decision this manager took last, as far as it can be read by now: also one whose intent was given up or displaced.</summary>
    public static DecisionMemory? Own(LoopRun run, RuntimeFacts runtime) =>
        run.DecisionsSent.LastOrDefault(sent => On(sent.Candidate, run.Evidence, runtime)?.Bears(sent.Intent) == true) ?? run.Decision;

    /// <summary>Whether a decision stands that no intent of this manager explains.</summary>
    public static bool IsUnattributed(LoopRun run)
    {
        // One that is being sent may be the one; the next look tells.
        if (run.Intents.Any(static open => open is { Status: IntentStatus.Sending or IntentStatus.Delivered } && open.Verb.Decides()))
        {
            return false;
        }

        if (run.Evidence.Approval is not { Decision: not null } decided)
        {
            // One that only the file holds was not even logged.
            return run is { Lifecycle.State: Lifecycle.LifecycleState.AwaitingRelaunch, Decision: null };
        }

        var own = run.Decision is { } decision
            && (decided.Note?.Contains(decision.Intent.Value, StringComparison.Ordinal) == true
                || (decision.Candidate.RuntimeRunId == decided.RuntimeRunId && decision.Candidate.Iteration == decided.Iteration));

        return !own;
    }

    private static string Notes(string? note, (string? Id, string? Status) recorded, string status) =>
        recorded.Status == status ? $"{recorded.Id} {note}" : note ?? string.Empty;
}
