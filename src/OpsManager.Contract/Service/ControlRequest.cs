using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>The body of <c>POST /ops/control</c>. The first seven members are those of v1; the others fence a call of an ops manager that owns the run.</summary>
public sealed record ControlRequest
{
    /// <summary>The loop.</summary>
    public required string LoopId { get; init; }

    /// <summary>One of <c>pause resume cancel force_cancel approve reject</c>.</summary>
    public required string Intent { get; init; }

    /// <summary>Who asks; at most 128 characters.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? By { get; init; }

    /// <summary>Why; at most 4 KiB.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    /// <summary>A final result is kept under loop, intent and this key and answered again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IdempotencyKey { get; init; }

    /// <summary>Correlation id, repeated in the answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }

    /// <summary>Answer without the observation that confirms.</summary>
    public bool NoConfirm { get; init; }

    /// <summary>The manager's intent. It is written into the decision's note.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IntentId { get; init; }

    /// <summary>The Loop Run the call is for. Generation and order are required with it, and nothing but this run's processes is touched.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RunId { get; init; }

    /// <summary>The attempt the call is for; absent for all of the run.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Attempt { get; init; }

    /// <summary>Generation of the engine that asks, from 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Generation { get; init; }

    /// <summary>Rises strictly with every call of the run; the adapter refuses what is not above the highest seen.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Order { get; init; }

    /// <summary>For a run this adapter did not launch: the runtime run id the manager follows. Without it such a run has no process yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RuntimeRunId { get; init; }

    /// <summary>The candidate that approve and reject decide on; absent for whichever is pending.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ControlCandidate? Candidate { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
