namespace OpsManager.Core.Intents;

/// <summary>What a decision is about.</summary>
/// <param name="RuntimeRunId">The runtime run that asks.</param>
/// <param name="Iteration">Its iteration.</param>
/// <param name="RequestedAt">When it asked, on the sprite's clock.</param>
public sealed record Candidate(string RuntimeRunId, long Iteration, DateTimeOffset? RequestedAt)
{
    /// <summary>Whether the other one, which may leave the time out, names the same candidate.</summary>
    public bool Matches(Candidate other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return RuntimeRunId == other.RuntimeRunId
            && Iteration == other.Iteration
            && (RequestedAt is null || other.RequestedAt is null || RequestedAt == other.RequestedAt);
    }
}
