namespace OpsManager.Core.Intents;

/// <summary>What somebody asks for.</summary>
public sealed record IntentRequest
{
    /// <summary>Id of the intent to be: derived from the caller's key, or random.</summary>
    public required IntentId Id { get; init; }

    /// <summary>What is asked.</summary>
    public required IntentVerb Verb { get; init; }

    /// <summary>Who asks.</summary>
    public required string By { get; init; }

    /// <summary>Why.</summary>
    public string? Note { get; init; }

    /// <summary>Of approve and reject: the candidate meant; null means the one that waits.</summary>
    public Candidate? Candidate { get; init; }

    /// <summary>W3C trace context of the request.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Hash of the request.</summary>
    public string? RequestHash { get; init; }
}
