using LocalHost.Durable.History;

namespace LocalHost.Durable.Storage;

/// <summary>The state of an instance as of its last episode: its history and what the episode left to be done.</summary>
internal sealed record Checkpoint
{
    public required string ExecutionId { get; init; }

    public required string StartId { get; init; }

    /// <summary>The history of the current generation, whole.</summary>
    public required IReadOnlyList<HistoryEvent> History { get; init; }

    /// <summary>False if the last generation has been recorded but not yet executed.</summary>
    public bool IsComplete { get; init; } = true;

    public string? CustomStatus { get; init; }

    public IReadOnlyCollection<int> OpenTimers { get; init; } = [];

    public IReadOnlyList<OutboxMessage> Outbox { get; init; } = [];

    /// <summary>Keys of the inbox messages that went into this checkpoint; their rows may outlive it.</summary>
    public IReadOnlyCollection<string> ConsumedMessages { get; init; } = [];
}
