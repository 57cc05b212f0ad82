namespace OpsManager.Contract;

/// <summary>
/// The words of <c>run.status</c>. They are the adapter's judgement, not the manager's lifecycle state. An unknown word is accepted and means
/// no more than <see cref="Unknown"/>.
/// </summary>
public static class LoopRunStatus
{
    /// <summary>An iteration is in flight.</summary>
    public const string Running = "running";

    /// <summary>A person must approve or reject.</summary>
    public const string AwaitingApproval = "awaiting_approval";

    /// <summary>The loop reached its completion.</summary>
    public const string Complete = "complete";

    /// <summary>The runtime stopped in an orderly way without completion.</summary>
    public const string Stopped = "stopped";

    /// <summary>The last event is a failure.</summary>
    public const string Failed = "failed";

    /// <summary>Nothing runs; there was a run.</summary>
    public const string Idle = "idle";

    /// <summary>The artifacts do not say.</summary>
    public const string Unknown = "unknown";

    /// <summary>Every known word.</summary>
    public static IReadOnlyList<string> All { get; } = [Running, AwaitingApproval, Complete, Stopped, Failed, Idle, Unknown];

    /// <summary>Whether the word is one this version knows.</summary>
    public static bool IsKnown(string? status) => status is Running or AwaitingApproval or Complete or Stopped or Failed or Idle or Unknown;
}
