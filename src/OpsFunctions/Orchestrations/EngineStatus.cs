using System.Text.Json.Serialization;

namespace OpsFunctions.Orchestrations;

/// <summary>Custom status of an engine: small and flat, for monitors of the Durable Task framework. The API reads tables.</summary>
public sealed record EngineStatus
{
    // The framework refuses more than 16 KiB of UTF-16; codes are short, but a reason may come from the runtime.
    private const int TextLimit = 200;

    /// <summary>Lifecycle state.</summary>
    [JsonPropertyName("state")]
    public string? State { get; init; }

    /// <summary>Reason code of the state.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    /// <summary>Health verdict.</summary>
    [JsonPropertyName("health")]
    public string? Health { get; init; }

    /// <summary>Iteration of the current attempt.</summary>
    [JsonPropertyName("iteration")]
    public long Iteration { get; init; }

    /// <summary>What the engine waits for.</summary>
    [JsonPropertyName("waitingFor")]
    public string? WaitingFor { get; init; }

    /// <summary>When the next poll is due.</summary>
    [JsonPropertyName("nextPollAt")]
    public DateTimeOffset? NextPollAt { get; init; }

    /// <summary>The last cycle.</summary>
    [JsonPropertyName("cycle")]
    public long Cycle { get; init; }

    /// <summary>Text of bounded length.</summary>
    public static string? Bounded(string? text) => text is { Length: > TextLimit } ? text[..TextLimit] : text;
}
