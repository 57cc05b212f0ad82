using System.Text.Json;
using OpsManager.Contract;
using OpsManager.Contract.Diagnostics;

namespace SuperloopAdapter.Snapshots;

/// <summary>What waits for somebody: a decision for the next run of the loop, a recovery for a person.</summary>
internal static class PendingFacts
{
    // An agent can make these files any size, and none of it is left out of a snapshot that is too large.
    private const int MaxText = 500;

    /// <summary>The runtime removes the file of a decision some seconds after it has logged that it took it up.</summary>
    public static DecisionFacts? Decision(LoopObservation observation, Lazy<IReadOnlyList<string>> secrets)
    {
        var approval = observation.Readings.Approval.Value;
        if (approval.Text("status") is not ("approved" or "rejected") || IsTakenUp(observation))
        {
            return null;
        }

        var decision = approval.Object("decision");
        return new DecisionFacts
        {
            Status = approval.Text("status")!,
            By = Shown(decision.Text("by") ?? approval.Text("decided_by"), secrets),
            Note = Shown(decision.Text("note") ?? approval.Text("decided_note"), secrets),
            At = Cut(decision.Text("at") ?? approval.Text("decided_at")),
            RuntimeRunId = Cut(approval.Text("run_id")),
            Iteration = approval.Integer("iteration"),
            RequestedAt = Cut(approval.Text("requested_at")),
        };
    }

    /// <summary>
    /// The runtime never takes the file away: it counts as long as it is of the newest run, that run has not ended in order, and no later
    /// iteration passed its tests.
    /// </summary>
    public static RecoveryFacts? Recovery(LoopObservation observation, Lazy<IReadOnlyList<string>> secrets)
    {
        var escalation = observation.Escalation;
        if (escalation.Text("status") != "pending"
            || observation.Readings.Log.Facts.Run is not { Terminal: null } run
            || Timestamps.Parse(escalation.Text("timestamp")) is not { } at
            || at < Timestamps.Parse(run.Start.Timestamp)
            || HavePassed(observation, at))
        {
            return null;
        }

        var proposal = escalation.Object("recovery_proposal");
        return new RecoveryFacts
        {
            At = Cut(escalation.Text("timestamp")),
            Iteration = escalation.Integer("iteration"),
            Command = Shown(proposal.Text("command"), secrets),
            Category = Shown(proposal.Text("category"), secrets),
            Reason = Shown(escalation.Text("reason"), secrets),
        };
    }

    /// <summary>A text without secrets, and cut only then: of a secret that was cut nobody would know what is left.</summary>
    private static string? Shown(string? text, Lazy<IReadOnlyList<string>> secrets) => text is null ? null : Cut(Redaction.Clean(text, secrets.Value));

    private static string? Cut(string? text) => text is null || text.Length <= MaxText ? text : text[..(char.IsHighSurrogate(text[MaxText - 1]) ? MaxText - 1 : MaxText)];

    private static bool IsTakenUp(LoopObservation observation) =>
        observation.Readings.Log.Facts.Run is { } run
        && (run.Last.Name is "approval_consumed" or "approval_rejected"
            || (run is { Terminal: { } end } && end.Name == "loop_complete"));

    private static bool HavePassed(LoopObservation observation, DateTimeOffset since)
    {
        var entry = observation.Readings.RunSummary.Value.Object(Artifacts.ArtifactParsers.SummaryLastEntry);
        return entry.Object("gates").Text("tests") == "ok" && Timestamps.Parse(entry.Text("ended_at")) > since;
    }
}
