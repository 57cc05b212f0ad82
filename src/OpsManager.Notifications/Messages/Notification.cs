using OpsManager.Core.Escalations;

namespace OpsManager.Notifications.Messages;

/// <summary>What a sink is told, in the manager's own words. Each sink puts it into its own form.</summary>
public sealed record Notification
{
    /// <summary>Runs that are listed at most.</summary>
    public const int RunsAtMost = 20;

    /// <summary>Names the message: the same for every attempt to send it.</summary>
    public required string Id { get; init; }

    /// <summary>What it says.</summary>
    public required NotificationKind Kind { get; init; }

    /// <summary>Names what it is about: the same from the first message to the last. Run and reason code, or a group.</summary>
    public required string DedupKey { get; init; }

    /// <summary>Reason code.</summary>
    public required string Code { get; init; }

    /// <summary>Category of the code.</summary>
    public required EscalationCategory Category { get; init; }

    /// <summary>How urgent it is.</summary>
    public required EscalationSeverity Severity { get; init; }

    /// <summary>What is wrong, in one line.</summary>
    public required string Summary { get; init; }

    /// <summary>What it rests on.</summary>
    public required string Evidence { get; init; }

    /// <summary>What to do next.</summary>
    public required string NextStep { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How often it was raised; of a group, at most by one of its runs.</summary>
    public int Count { get; init; } = 1;

    /// <summary>When it ended; null unless it did.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Who takes care of it; null if nobody said so.</summary>
    public Acknowledgement? Acknowledgement { get; init; }

    /// <summary>The runs concerned, at most <see cref="RunsAtMost"/>; none if it is about the manager itself.</summary>
    public IReadOnlyList<NotificationRun> Runs { get; init; } = [];

    /// <summary>How many runs are concerned.</summary>
    public int RunCount { get; init; }

    /// <summary>Whether it speaks for several runs.</summary>
    public bool Grouped { get; init; }

    /// <summary>Where to look; null if the manager's own address is not configured.</summary>
    public string? Link { get; init; }

    /// <summary>When the message was made.</summary>
    public required DateTimeOffset At { get; init; }
}
