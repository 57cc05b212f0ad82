namespace OpsManager.Core.Observations;

/// <summary>
/// What earlier observations showed. The runtime's state files are per repository and vanish at an end, so that what is absent
/// now says something only together with what was there before.
/// </summary>
public sealed record RuntimeMemory
{
    /// <summary>Nothing seen yet.</summary>
    public static RuntimeMemory None { get; } = new();

    /// <summary>Whether active-run.json named this run's loop when it was last there. False once it names another.</summary>
    public bool ActiveRunOurs { get; init; }

    /// <summary>
    /// Whether active-run.json named this run's loop at the last look that could tell: a file that was caught half-written, or that a leader
    /// has not put its loop into yet, changes nothing. False where the file is gone.
    /// </summary>
    public bool ActiveNow { get; init; }

    /// <summary>Whether state.json or active-run.json ever named another loop: then several processes may share this repository.</summary>
    public bool OtherLoopSeen { get; init; }

    /// <summary>Boot id of the machine while the leader was last seen alive.</summary>
    public string? BootId { get; init; }

    /// <summary>Whether the adapter ever answered with a snapshot: before, nothing is known of what it can do.</summary>
    public bool Observed { get; init; }

    /// <summary>Whether a launch was asked for and not yet answered.</summary>
    public bool StartRequested { get; init; }

    /// <summary>The attempt for which the manager itself asked for a relaunch: it asks once.</summary>
    public int? RelaunchAsked { get; init; }

    /// <summary>The attempt that the adapter launched to take a decision up and that has logged nothing yet; null when there is none.</summary>
    public int? UnloggedAttempt { get; init; }

    /// <summary>
    /// The highest number of a launch that will begin nothing more, where that is above what the log counts: it logged its start, or ended
    /// without. The adapter answers a number that it knows with the launch it made, so that none is used twice. Null when there is none.
    /// </summary>
    public int? SpentAttempt { get; init; }

    /// <summary>
    /// The number of a relaunch that was given up or displaced without an answer: it may have made a process, or may still. Null when there is none, or a later
    /// one was answered.
    /// </summary>
    public int? UnansweredAttempt { get; init; }

    /// <summary>Lines in the log before the launch that the adapter accepted; null before it.</summary>
    public long? StartBaseLine { get; init; }
}
