using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>The record of one control call.</summary>
public sealed record ControlResult
{
    /// <summary>When it was carried out, on the sprite's clock.</summary>
    public required string Timestamp { get; init; }

    /// <summary>The loop.</summary>
    public required string LoopId { get; init; }

    /// <summary>The intent.</summary>
    public required string Intent { get; init; }

    /// <summary>Correlation id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }

    /// <summary>Who asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RequestedBy { get; init; }

    /// <summary>Why.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    /// <summary>Always <c>local</c>: the adapter acts itself.</summary>
    public required string Transport { get; init; }

    /// <summary>One of <c>confirmed executed_unconfirmed ambiguous failed_command</c>.</summary>
    public required string Status { get; init; }

    /// <summary>What was carried out, in words; never a shell line.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Command { get; init; }

    /// <summary>Key of the call.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IdempotencyKey { get; init; }

    /// <summary>0 when carried out.</summary>
    public int ExitCode { get; init; }

    /// <summary>0 when confirmed or not asked to.</summary>
    public int ConfirmExitCode { get; init; }

    /// <summary>Whether the effect was seen.</summary>
    public bool Confirmed { get; init; }

    /// <summary>What there is to say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CommandOutput { get; init; }

    /// <summary>The observation that confirms.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ControlConfirmation? Confirm { get; init; }

    /// <summary>The manager's intent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IntentId { get; init; }

    /// <summary>The Loop Run.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RunId { get; init; }

    /// <summary>What was proven of the processes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ControlProof? Proof { get; init; }

    /// <summary>The decision that stands, after approve and reject.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DecisionFacts? Decision { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
