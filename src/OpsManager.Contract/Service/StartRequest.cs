using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>The body of <c>POST /ops/start</c>, which only adapters with the capability <c>start</c> offer.</summary>
public sealed record StartRequest
{
    /// <summary>The Loop Run the process will belong to.</summary>
    public required string RunId { get; init; }

    /// <summary>Number of the attempt, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>Generation of the engine that asks, from 1.</summary>
    public required int Generation { get; init; }

    /// <summary>Rises strictly with every control call of the run; the adapter refuses what is not above the highest seen.</summary>
    public required long Order { get; init; }

    /// <summary>The loop to run.</summary>
    public required string LoopId { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
