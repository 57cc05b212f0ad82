using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>
/// The answer of <c>POST /ops/start</c>: 200 with <see cref="Started"/>, or 409 with <see cref="Error"/> when the adapter refuses. The same
/// run and attempt asked again answers the first launch again and launches nothing.
/// </summary>
public sealed record StartResponse
{
    /// <summary>Whether a process was launched.</summary>
    public required bool Ok { get; init; }

    /// <summary>The process; absent on refusal.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StartedProcess? Started { get; init; }

    /// <summary>Why not; absent on success.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ServiceError? Error { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
