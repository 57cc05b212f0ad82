namespace OpsFunctions.Api;

/// <summary>Says that somebody takes care of an escalation.</summary>
public sealed record AcknowledgeRequest
{
    /// <summary>Who, 1 to 128 printable characters.</summary>
    public required string By { get; init; }

    /// <summary>What they have to say, at most 4096 bytes.</summary>
    public string? Note { get; init; }
}
