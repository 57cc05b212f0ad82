using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>The runtime's state files, verbatim; null where a file is absent.</summary>
public sealed record SnapshotRuntime
{
    /// <summary>state.json (one per repository, not per loop).</summary>
    public JsonElement? SuperloopState { get; init; }

    /// <summary>active-run.json (one per repository, not per loop).</summary>
    public JsonElement? ActiveRun { get; init; }

    /// <summary>approval.json of the loop.</summary>
    public JsonElement? Approval { get; init; }

    /// <summary>heartbeat.v1.json of the loop.</summary>
    public JsonElement? Heartbeat { get; init; }

    /// <summary>Members this version does not know. Kept, so that an envelope round-trips without loss. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
