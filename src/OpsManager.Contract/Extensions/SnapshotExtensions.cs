using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>What an adapter knows beyond v1.</summary>
public sealed record SnapshotExtensions
{
    /// <summary>Verbs the endpoint offers: <c>start pause resume cancel force_cancel approve reject diagnostics</c>.</summary>
    public IReadOnlyList<string>? Capabilities { get; init; }

    /// <summary>Identity of the event log; another value means another log under the same name.</summary>
    public string? Epoch { get; init; }

    /// <summary>The truth about the leader process, read before the artifacts.</summary>
    public ProcessFacts? Process { get; init; }

    /// <summary>How the current process came about.</summary>
    public AttemptFacts? Attempt { get; init; }

    /// <summary>How the last process ended, as its launcher saw it.</summary>
    public ExitFacts? Exit { get; init; }

    /// <summary>What the runtime is doing at this moment.</summary>
    public ActivityFacts? Activity { get; init; }

    /// <summary>Members this version does not know. Kept, so that an envelope round-trips without loss.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; init; }
}
