using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>The answer of <c>GET /healthz</c>.</summary>
public sealed record HealthzBody
{
    /// <summary>True: the adapter answers. It says nothing of any loop.</summary>
    public required bool Ok { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
