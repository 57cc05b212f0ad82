using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>What the work looks like, to tell whether an iteration changed anything. Each member is absent when unknown.</summary>
public sealed record ProgressFacts
{
    /// <summary>Commit of HEAD.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Head { get; init; }

    /// <summary>Hash over the work tree, of whatever makes two states of it differ. Compared, never read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WorkTreeHash { get; init; }

    /// <summary>Open items of the loop's checklists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? OpenChecklistItems { get; init; }

    /// <summary>Hash over what the failing tests say; absent when none fail.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TestSignature { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
