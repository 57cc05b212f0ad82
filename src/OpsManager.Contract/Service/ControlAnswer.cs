using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>The answer of <c>POST /ops/control</c>: 200 when done, 409 when refused (<see cref="Error"/>) or not proven in time (exit code 2).</summary>
public sealed record ControlAnswer
{
    /// <summary>Whether the intent took effect.</summary>
    public required bool Ok { get; init; }

    /// <summary>0 done, 1 refused or failed, 2 ambiguous.</summary>
    public required int ExitCode { get; init; }

    /// <summary>What was done and seen.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ControlResult? Result { get; init; }

    /// <summary>Whether this is the stored result of an earlier call with the same key.</summary>
    public bool Replayed { get; init; }

    /// <summary>Correlation id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }

    /// <summary>Why it was refused; absent otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ServiceError? Error { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
