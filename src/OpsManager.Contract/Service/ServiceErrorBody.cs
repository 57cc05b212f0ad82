using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>The body of every refusal: <c>{"ok":false,"error":{"code","message"}}</c>.</summary>
public sealed record ServiceErrorBody
{
    /// <summary>Always false.</summary>
    public required bool Ok { get; init; }

    /// <summary>Why.</summary>
    public required ServiceError Error { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }

    /// <summary>A body of that code and message.</summary>
    public static ServiceErrorBody Of(string code, string message) => new() { Ok = false, Error = new ServiceError { Code = code, Message = message } };
}
