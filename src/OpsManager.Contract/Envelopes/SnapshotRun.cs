using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>A run as the adapter judges it.</summary>
public sealed record SnapshotRun
{
    /// <summary>The runtime run id (the loop's start time, 1 s resolution), if one is known.</summary>
    public string? RunId { get; init; }

    /// <summary>Iteration of the runtime run, if one is known.</summary>
    public long? Iteration { get; init; }

    /// <summary>One of <c>running awaiting_approval complete stopped failed idle unknown</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The last entry of run-summary.json, verbatim.</summary>
    public JsonElement? Summary { get; init; }

    /// <summary>Members this version does not know. Kept, so that an envelope round-trips without loss. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
