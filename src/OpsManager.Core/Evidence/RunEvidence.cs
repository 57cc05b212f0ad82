using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Evidence;

/// <summary>What the events of a run say so far: the fold of all of them, never more than a few kilobytes.</summary>
public sealed record RunEvidence
{
    /// <summary>No event yet.</summary>
    public static RunEvidence None { get; } = new();

    /// <summary>Number of the last event folded in.</summary>
    public long Through { get; init; }

    /// <summary>The attempts, oldest first.</summary>
    public ValueList<Attempt> Attempts { get; init; } = [];

    /// <summary>Name of the last event of the current attempt.</summary>
    public string? LastEventName { get; init; }

    /// <summary>When the last event was logged, on the sprite's clock.</summary>
    public DateTimeOffset? LastEventAt { get; init; }

    /// <summary>When the manager received the last event, on its own clock.</summary>
    public DateTimeOffset? LastReceivedAt { get; init; }

    /// <summary>The end the current attempt logged, if it did.</summary>
    public EndSignal? End { get; init; }

    /// <summary>Whether the last event says that a usage quota blocks the role.</summary>
    public bool UsageLimitBlocked { get; init; }

    /// <summary>The candidate last put before a person, and what became of it.</summary>
    public ApprovalEvidence? Approval { get; init; }

    /// <summary>Iteration of the current attempt.</summary>
    public long Iteration { get; init; }

    /// <summary>Iterations started in all attempts.</summary>
    public long TotalIterations { get; init; }

    /// <summary>The role at work, while it is.</summary>
    public RoleInFlight? Role { get; init; }

    /// <summary>A launch that is not ours, seen while this run lives.</summary>
    public ForeignLaunch? Foreign { get; init; }

    /// <summary>A <c>loop_start</c> whose meaning the next event decides: a relaunch or a mere wait for approval.</summary>
    public PendingLoopStart? PendingLoopStart { get; init; }

    /// <summary>Lines that could not be read.</summary>
    public long Quarantined { get; init; }

    /// <summary>Epoch of the log the last event stands in; 0 before the first.</summary>
    public int Epoch { get; init; }

    /// <summary>
    /// Line, in <see cref="Epoch"/>, of the last event that the current attempt's own process logged. A process that logged
    /// here had not ended before, so an exit recorded at an earlier line is another process's.
    /// </summary>
    public long ProcessLine { get; init; }

    /// <summary>
    /// Whether the lines being read belong to a runtime run that is older than this run: a replaced log is read from its start
    /// and may hold runs from before.
    /// </summary>
    public bool InOlderRun { get; init; }

    /// <summary>Limit of a role in seconds, once the runtime named one.</summary>
    public long? RoleTimeoutSeconds { get; init; }
}
