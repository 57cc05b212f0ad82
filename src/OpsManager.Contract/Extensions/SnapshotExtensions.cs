using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>What an adapter knows beyond v1.</summary>
public sealed record SnapshotExtensions
{
    /// <summary>Verbs the endpoint offers: <c>start pause resume cancel force_cancel approve reject diagnostics</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Capabilities { get; init; }

    /// <summary>Identity of the event log; another value means another log under the same name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Epoch { get; init; }

    /// <summary>The truth about the leader process, read before the artifacts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProcessFacts? Process { get; init; }

    /// <summary>How the current process came about.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AttemptFacts? Attempt { get; init; }

    /// <summary>The artifacts whose content is unknown, each with the reason: <c>torn too_large not_an_object invalid_text</c>. Their value is null, as is that of one that says nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Unreadable { get; init; }

    /// <summary>How the last process ended, as its launcher saw it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExitFacts? Exit { get; init; }

    /// <summary>What the runtime is doing at this moment.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ActivityFacts? Activity { get; init; }

    /// <summary>What the work looks like at this moment.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProgressFacts? Progress { get; init; }

    /// <summary>Orders, tombstone and decision that control left.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ControlFacts? Control { get; init; }

    /// <summary>Set when the loop's process is not to be controlled; the verbs that would are then no capabilities.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ObserveOnlyFacts? ObserveOnly { get; init; }

    /// <summary>The runtime's other living processes in this repository; absent when there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ForeignLeader>? ForeignLeaders { get; init; }

    /// <summary>A decision that was taken and that no run of the loop has consumed yet, whoever took it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DecisionFacts? PendingDecision { get; init; }

    /// <summary>A recovery of the newest run that waits for a person.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RecoveryFacts? PendingRecovery { get; init; }

    /// <summary>The beat of what watches beside the service; absent where nothing does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BeatFacts? Beat { get; init; }

    /// <summary>Members this version does not know. Kept, so that an envelope round-trips without loss. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
