using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>The runtime run a line was logged under.</summary>
public sealed record EventRun
{
    /// <summary>The runtime run id.</summary>
    public string? RunId { get; init; }

    /// <summary>Iteration of the runtime run.</summary>
    public long? Iteration { get; init; }

    /// <summary>Members this version does not know. Kept, so that an envelope round-trips without loss. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
