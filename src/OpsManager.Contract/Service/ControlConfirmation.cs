using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>What was observed after a control call.</summary>
public sealed record ControlConfirmation
{
    /// <summary>The intent.</summary>
    public required string Intent { get; init; }

    /// <summary>Whether the effect was seen.</summary>
    public required bool Confirmed { get; init; }

    /// <summary>Why it counts, or not.</summary>
    public required string Reason { get; init; }

    /// <summary>Looks taken.</summary>
    public int Attempts { get; init; }

    /// <summary>Bound of the wait.</summary>
    public int TimeoutSeconds { get; init; }

    /// <summary>Status of the run.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ObservedStatus { get; init; }

    /// <summary>Newest event.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ObservedLastEvent { get; init; }

    /// <summary>Status of the approval file.</summary>
    public string? ObservedApprovalStatus { get; init; }

    /// <summary>Whether state.json says that this loop is active.</summary>
    public bool ObservedActive { get; init; }

    /// <summary>When.</summary>
    public required string ObservedAt { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
