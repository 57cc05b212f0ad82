using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>The process a start has launched.</summary>
public sealed record StartedProcess
{
    /// <summary>Process id of the leader, if the adapter knows it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Pid { get; init; }

    /// <summary>Complete lines in the event log, read before the launch; the attempt's lines begin after it. 0 if there was no log.</summary>
    public required long BaseLine { get; init; }

    /// <summary>Identity of the event log, read before the launch.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Epoch { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
