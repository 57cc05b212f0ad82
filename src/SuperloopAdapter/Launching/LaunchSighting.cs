using SuperloopAdapter.Log;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Launching;

/// <summary>What is left to see of the newest launch.</summary>
/// <param name="Launch">Its record.</param>
/// <param name="Leader">The leader as it began; null if it never got so far.</param>
/// <param name="Exit">How it ended; null while it lives, and when its supervisor died too.</param>
/// <param name="Lives">Whether the leader, or the supervisor that is about to start it, lives.</param>
internal sealed record LaunchSighting(LaunchRecord Launch, ProcessEntry? Leader, ExitRecord? Exit, bool Lives)
{
    /// <summary>
    /// Whether the loop's newest process is this launch's: no leader but this one lives, and no run began in the log after
    /// this one had ended. A later process that somebody else started ends the validity of this record.
    /// </summary>
    public bool Covers(LogView log, ProcessEntry? livingLeader) =>
        (Launch.Epoch is null || Launch.Epoch == log.Epoch)
        && (livingLeader is null || Leader is null || livingLeader.Pid == Leader.Pid)
        && (Exit?.LogLine is not { } end || log.Facts.Run is not { } run || run.Start.Line <= end);

    /// <summary>Whether the supervisor, gone or about to be, may still write the exit.</summary>
    public bool ExitIsDue(ProcessSighting processes, IProcessTable table) =>
        Exit is null && processes.AnyLives(p => (Leader is null || p.Pid == Leader.ParentPid) && table.HasEnvironment(p.Pid, Launch.SupervisorMarker));

    public static LaunchSighting? Of(LaunchFolder folder, ProcessSighting processes, IProcessTable table)
    {
        if (folder.Current() is not { } launch)
        {
            return null;
        }

        // The exit is read before the process is judged: it is written after the process is gone.
        var exit = folder.Exit(launch);
        var leader = folder.Leader(launch);
        var lives = exit is null && launch.BootId == processes.BootId && (leader is not null
            ? processes.Find(leader.Pid) is { Lives: true } now && now.StartTicks == leader.StartTicks
            : processes.AnyLives(p => table.HasEnvironment(p.Pid, launch.SupervisorMarker)));
        return new LaunchSighting(launch, leader, exit, lives);
    }
}
