using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>A position in the event log, counted in complete lines.</summary>
public sealed record EnvelopeCursor
{
    /// <summary>Lines up to and including this one.</summary>
    public required long EventLineOffset { get; init; }

    /// <summary>Complete lines in the log when the envelope was written.</summary>
    public required long EventLineCount { get; init; }

    /// <summary>Members this version does not know. Kept, so that an envelope round-trips without loss. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
