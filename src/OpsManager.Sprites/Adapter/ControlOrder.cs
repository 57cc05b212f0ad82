using OpsManager.Core.Intents;
using OpsManager.Core.Runs;

namespace OpsManager.Sprites.Adapter;

/// <summary>An intent to be carried out, fenced: the adapter refuses one that is older than the newest it has seen.</summary>
public sealed record ControlOrder
{
    /// <summary>The run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>The intent; also the key under which the adapter remembers what became of it.</summary>
    public required IntentId Intent { get; init; }

    /// <summary>What is asked. A relaunch is no control call; see <see cref="IAdapterClient.StartAsync"/>.</summary>
    public required IntentVerb Verb { get; init; }

    /// <summary>Who asks.</summary>
    public required string By { get; init; }

    /// <summary>Why.</summary>
    public string? Note { get; init; }

    /// <summary>The attempt whose process is meant; null for all of the run.</summary>
    public int? Attempt { get; init; }

    /// <summary>The engine's generation.</summary>
    public required int Generation { get; init; }

    /// <summary>Rises strictly with every start and control call of the run.</summary>
    public required long Order { get; init; }

    /// <summary>How often the intent was sent, this time included.</summary>
    public required int Sends { get; init; }

    /// <summary>The runtime run id the manager follows, for a process that the adapter did not launch.</summary>
    public string? RuntimeRunId { get; init; }

    /// <summary>Of approve and reject: the candidate.</summary>
    public Candidate? Candidate { get; init; }

    /// <summary>
    /// Whether the endpoint announces no capabilities: then it knows the members of v1 only, and remembers failures under their key for ever.
    /// </summary>
    public bool V1Only { get; init; }
}
