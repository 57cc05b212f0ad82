using System.Globalization;
using System.Text.Json;
using OpsManager.Contract;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Observations;

/// <summary>
/// Reads what a decision needs out of a snapshot envelope. Never throws. The runtime writes its files in place, so that a reader
/// may catch them empty: a file that exists but has no readable content is <em>unreadable</em>, which is not the same as absent.
/// </summary>
public static class RuntimeFactsReader
{
    private const int WordLimit = 128;
    private const int NoteLimit = 512;
    private const int OutputLimit = 2048;

    /// <summary>The runtime's files and process as the snapshot shows them.</summary>
    public static RuntimeFacts Read(LoopRunSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var runtime = snapshot.Runtime;
        var artifacts = snapshot.Artifacts;
        var state = ReadState(runtime?.SuperloopState);
        var activeRun = ReadActiveRun(runtime?.ActiveRun);
        var approval = ReadApproval(runtime?.Approval);
        return new RuntimeFacts
        {
            ReportedStatus = Word(snapshot.Run?.Status),
            State = state,
            StateUnreadable = IsUnreadable(state, runtime?.SuperloopState, artifacts?.State),
            ActiveRun = activeRun,
            ActiveRunUnreadable = IsUnreadable(activeRun, runtime?.ActiveRun, artifacts?.ActiveRun),
            Approval = approval,
            ApprovalUnreadable = IsUnreadable(approval, runtime?.Approval, artifacts?.Approval),
            Summary = ReadSummary(snapshot.Run?.Summary),
            Leader = ReadLeader(snapshot.Ext?.Process),
            Exit = ReadExit(snapshot.Ext?.Exit),
            Activity = ReadActivity(snapshot.Ext?.Activity),
            Control = ReadControl(snapshot.Ext?.Control),
            Launch = snapshot.Ext?.Attempt is { } attempt ? new LaunchRecord(attempt.Number, attempt.BaseLine, Word(attempt.RuntimeRunId), Word(attempt.RunId)) : null,
            ObserveOnly = snapshot.Ext?.ObserveOnly is { } observeOnly ? LenientJson.Bounded(observeOnly.Message ?? observeOnly.Reason, NoteLimit) : null,
            PendingRecovery = ReadRecovery(snapshot.Ext?.PendingRecovery),
            Progress = ProgressReader.Read(snapshot.Ext?.Progress),
            HeartbeatAt = LenientJson.Time(runtime?.Heartbeat, "timestamp") ?? LenientJson.Time(runtime?.Heartbeat, "updatedAt"),
            AdapterBeatAt = LenientJson.Time(snapshot.Ext?.Beat?.At),
        };
    }

    /// <summary>When the adapter wrote the snapshot, on the sprite's clock; null if it does not say.</summary>
    public static DateTimeOffset? SpriteTime(LoopRunSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return LenientJson.Time(snapshot.EmittedAt);
    }

    /// <summary>The verbs the endpoint announces; null on a v1-only endpoint.</summary>
    public static ValueList<string>? Capabilities(LoopRunSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return snapshot.Ext?.Capabilities?
            .Where(static verb => !string.IsNullOrWhiteSpace(verb))
            .Select(static verb => LenientJson.Bounded(verb, WordLimit)!)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToValueList();
    }

    private static bool IsUnreadable(object? facts, JsonElement? content, ArtifactInfo? artifact) =>
        facts is null && (LenientJson.IsPresent(content) || artifact is { Exists: true });

    private static StateFileFacts? ReadState(JsonElement? content) =>
        LenientJson.Flag(content, "active") is { } active
            ? new StateFileFacts(active, Word(LenientJson.Text(content, "current_loop_id")), LenientJson.Number(content, "iteration"))
            : null;

    private static ActiveRunFacts? ReadActiveRun(JsonElement? content) =>
        LenientJson.Object(content) is { } && LenientJson.Number(content, "pid") is { } pid
            ? new ActiveRunFacts(pid, LenientJson.Number(content, "pgid"), Word(LenientJson.Text(content, "loop_id")), Word(LenientJson.Text(content, "stage")))
            : null;

    private static ApprovalFileFacts? ReadApproval(JsonElement? content)
    {
        if (Word(LenientJson.Text(content, "status")) is not { } status)
        {
            return null;
        }

        var decision = LenientJson.Member(content, "decision");
        return new ApprovalFileFacts(
            status,
            Word(LenientJson.Text(content, "run_id")),
            LenientJson.Number(content, "iteration"),
            LenientJson.Time(content, "requested_at"),
            Word(LenientJson.Text(decision, "by") ?? LenientJson.Text(content, "decided_by")),
            LenientJson.Bounded(LenientJson.Text(decision, "note") ?? LenientJson.Text(content, "decided_note"), NoteLimit));
    }

    private static SummaryFacts? ReadSummary(JsonElement? content) =>
        LenientJson.Object(content) is null
            ? null
            : new SummaryFacts(
                Word(LenientJson.Text(content, "run_id")),
                LenientJson.Number(content, "iteration"),
                LenientJson.Flag(content, "completion_ok") ?? false);

    private static LeaderFacts? ReadLeader(ProcessFacts? process) =>
        process is null ? null : new LeaderFacts(process.Alive, process.Alive && process.Stopped, process.LiveChildren, Word(process.BootId));

    private static ExitRecord? ReadExit(ExitFacts? exit) =>
        exit is null ? null : new ExitRecord(exit.Code, exit.LogLine, LenientJson.Bounded(exit.OutputTail, OutputLimit));

    private static ControlFactsSeen? ReadControl(ControlFacts? control) =>
        control is null
            ? null
            : new ControlFactsSeen(
                Word(control.Tombstone?.RunId),
                Word(control.Tombstone?.IntentId),
                Word(control.Decision?.IntentId),
                Word(control.Decision?.Status));

    private static ActivityInFlight? ReadActivity(ActivityFacts? activity) =>
        Word(activity?.Kind) is { } kind
            ? new ActivityInFlight(kind, Word(activity!.Role), LenientJson.Time(activity.Since), LenientJson.Time(activity.Until)) { OutputBytes = activity.OutputBytes is >= 0 and var bytes ? bytes : null }
            : null;

    private static string? ReadRecovery(RecoveryFacts? recovery)
    {
        if (recovery is null)
        {
            return null;
        }

        var words = new[] { recovery.Command, recovery.Category, recovery.Reason }.Where(static word => !string.IsNullOrWhiteSpace(word));
        var where = recovery.Iteration is { } iteration ? string.Create(CultureInfo.InvariantCulture, $"Iteration {iteration}: ") : string.Empty;
        return LenientJson.Bounded(where + string.Join("; ", words.DefaultIfEmpty("it does not say what")), NoteLimit);
    }

    private static string? Word(string? text) => LenientJson.Bounded(text, WordLimit);
}
