using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>Why an adapter did not do what it was asked.</summary>
public sealed record ServiceError
{
    /// <summary>Stable code, such as <c>unauthorized</c>, <c>invalid_request</c>, <c>not_found</c>, <c>unknown_loop</c>, <c>runtime_error</c>.</summary>
    public required string Code { get; init; }

    /// <summary>The adapter's words. A v1 adapter puts absolute paths of the sprite here.</summary>
    public required string Message { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
