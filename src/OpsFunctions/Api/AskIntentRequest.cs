using OpsManager.Core.Intents;

namespace OpsFunctions.Api;

/// <summary>Asks something of a run.</summary>
public sealed record AskIntentRequest
{
    /// <summary>What is asked.</summary>
    public required IntentVerb Verb { get; init; }

    /// <summary>Why; at most 4096 bytes of UTF-8. It is handed to the runtime and kept.</summary>
    public string? Note { get; init; }

    /// <summary>Of approve and reject: the candidate meant. Without it the one that waits; with it the request is refused when another one waits.</summary>
    public Candidate? Candidate { get; init; }
}
