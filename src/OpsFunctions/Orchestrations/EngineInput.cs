using System.Text.Json;
using System.Text.Json.Serialization;
using OpsManager.Core.Runs;

namespace OpsFunctions.Orchestrations;

/// <summary>
/// Input of a run's engine, and what one execution hands on to the next. A persisted format: names are fixed here, members are only
/// ever added, and each with a default that means what its absence meant. What cannot be said so gets a new version, which older code
/// refuses.
/// </summary>
public sealed record EngineInput
{
    /// <summary>The version written today.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Version of the format.</summary>
    [JsonPropertyName("v")]
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The run.</summary>
    [JsonPropertyName("runId")]
    public required RunId RunId { get; init; }

    /// <summary>Generation of the engine.</summary>
    [JsonPropertyName("generation")]
    public required int Generation { get; init; }

    /// <summary>Trace id of the request that created the run, for the logs.</summary>
    [JsonPropertyName("traceId")]
    public string? TraceId { get; init; }

    /// <summary>The last cycle that was polled.</summary>
    [JsonPropertyName("cycle")]
    public long Cycle { get; init; }

    /// <summary>When the next poll is due; null polls at once.</summary>
    [JsonPropertyName("nextDueAt")]
    public DateTimeOffset? NextDueAt { get; init; }

    /// <summary>Time of the last decision: the engine's clock may step back between two machines, a run's time does not.</summary>
    [JsonPropertyName("decidedAt")]
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Cycles in a row that failed by the manager's own trouble.</summary>
    [JsonPropertyName("troubles")]
    public int Troubles { get; init; }

    /// <summary>Events that were taken and are not yet kept anywhere else.</summary>
    [JsonPropertyName("events")]
    public IReadOnlyList<RawEvent>? Events { get; init; }

    /// <summary>What an operator sees of the instance, so that it is not blank until the next poll.</summary>
    [JsonPropertyName("status")]
    public JsonElement? Status { get; init; }

    /// <summary>Whether an instance is the engine that this is the input of: ids are formed as the store forms them, which an orchestrator does not call.</summary>
    public bool IsOf(string instanceId) => instanceId == $"{RunId}-g{Generation}";
}
