namespace OpsFunctions.Api;

/// <summary>Says that somebody takes care of an escalation.</summary>
public sealed record AcknowledgeRequest
{
    /// <summary>What there is to say, at most 4096 bytes.</summary>
    public string? Note { get; init; }
}
