namespace OpsManager.Core.Lifecycle;

/// <summary>One step of the lifecycle: the audit trail of a run.</summary>
public sealed record Transition
{
    /// <summary>1, 2, ... within the run.</summary>
    public required long Number { get; init; }

    /// <summary>When it was decided, on the manager's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The state before; null for the creation.</summary>
    public LifecycleState? From { get; init; }

    /// <summary>The state after.</summary>
    public required LifecycleState To { get; init; }

    /// <summary>Reason code.</summary>
    public string? Reason { get; init; }

    /// <summary>The rule that decided, by name.</summary>
    public required string Rule { get; init; }

    /// <summary>What it rests on, in words.</summary>
    public required string Evidence { get; init; }

    /// <summary>Who caused it: <c>runtime</c>, <c>manager</c>, <c>policy:&lt;name&gt;</c> or a person.</summary>
    public required string By { get; init; }

    /// <summary>The last event known at the decision.</summary>
    public long EventSequence { get; init; }
}
