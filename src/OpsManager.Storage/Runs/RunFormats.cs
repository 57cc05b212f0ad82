using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using OpsManager.Storage.Documents;

namespace OpsManager.Storage.Runs;

/// <summary>Formats of the small documents of a run's partition.</summary>
internal static class RunFormats
{
    public static DocumentFormat<Transition> Transition { get; } = new("transition");

    public static DocumentFormat<PolicyChange> PolicyChange { get; } = new("policy change");

    public static DocumentFormat<EngineReplacement> EngineReplacement { get; } = new("engine replacement");

    /// <summary>Without the resolution, which is set on the row later.</summary>
    public static DocumentFormat<StoredEscalation> Escalation { get; } = new("escalation");

    public static DocumentFormat<Intent> Intent { get; } = new("intent");

    public static DocumentFormat<RejectedEvent> RejectedEvent { get; } = new("rejected event");

    /// <summary>Version of a snapshot row: the envelope as received, with its numbers beside it.</summary>
    public const int SnapshotVersion = 1;
}
