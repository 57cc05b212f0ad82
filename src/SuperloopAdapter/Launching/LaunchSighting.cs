using SuperloopAdapter.Log;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Launching;

/// <summary>What is left to see of a launch.</summary>
/// <param name="Launch">Its record.</param>
/// <param name="Leader">The leader as it began; null if it never got so far.</param>
/// <param name="Exit">How it ended; null while it lives, and when its supervisor died too.</param>
/// <param name="Lives">Whether the leader, or the supervisor that is about to start it, lives.</param>
internal sealed record LaunchSighting(LaunchRecord Launch, ProcessEntry? Leader, ExitRecord? Exit, bool Lives)
{
    /// <summary>
    /// Whether the loop's newest process is this launch's: no leader but this one lives, and no run began in the log after
    /// this one had ended. A later process that somebody else started ends the validity of this record. What is done to the log alone does not:
    /// in another log the lines have other numbers, and what is left to compare are the times.
    /// </summary>
    /// <param name="log">The log.</param>
    /// <param name="livingLeader">The loop's living leader.</param>
    /// <param name="table">The processes.</param>
    /// <param name="now">The time.</param>
    public bool Covers(LogView log, ProcessEntry? livingLeader, IProcessTable table, DateTimeOffset now)
    {
        if (livingLeader is not null)
        {
            return (livingLeader.Pid == Leader?.Pid && livingLeader.StartTicks == Leader.StartTicks) || table.HasEnvironment(livingLeader.Pid, Launch.Marker);
        }

        if (Lives || log.Facts.Run is not { } run)
        {
            return true;
        }

        if (Exit is null)
        {
            // Killed together with its supervisor: where it ended is not known. It began one run at most, and none after a restart of the machine.
            return !(log.Facts.Previous is { } previous && BeganSince(log, previous))
                && (Launch.IsOfBoot(table.BootId) || !(Timestamps.Parse(run.Start.Timestamp) > now - table.Uptime));
        }

        return Exit.LogLine is { } end && IsSameLog(log)
            ? run.Start.Line <= end
            : !(Timestamps.Parse(run.Start.Timestamp) > Timestamps.Parse(Exit.At));
    }

    /// <summary>Whether there is, was or will be a process of it.</summary>
    public bool CameToProcess => Leader is not null || Exit is not null || Lives;

    /// <summary>Lines of the log before the launch; null when the log is another by now.</summary>
    public long? BaseLineIn(LogView log) => IsSameLog(log) ? Launch.BaseLine : null;

    /// <summary>Whether the newest run in the log is the one that this launch began.</summary>
    public bool HasLogged(LogView log) => log.Facts.Run is { } run && BeganSince(log, run);

    /// <summary>Whether the supervisor, gone or about to be, may still write the exit.</summary>
    public bool ExitIsDue(ProcessSighting processes, IProcessTable table) =>
        Exit is null && processes.AnyLives(p => (Leader is null || p.Pid == Leader.ParentPid) && table.HasEnvironment(p.Pid, Launch.SupervisorMarker));

    /// <summary>Looks at the newest launch. Its living leader is one of the leaders in the look, whatever it executes by now.</summary>
    public static LaunchSighting? Of(LaunchFolder folder, ProcessSighting processes, IProcessTable table) =>
        folder.Current() is { } launch ? Of(folder, launch, processes, table) : null;

    /// <summary>The same for any launch.</summary>
    public static LaunchSighting Of(LaunchFolder folder, LaunchRecord launch, ProcessSighting processes, IProcessTable table)
    {
        // The exit is read before the process is judged: it is written after the process is gone.
        var exit = folder.Exit(launch);
        var leader = folder.Leader(launch);
        var now = leader is null ? null : processes.Find(leader.Pid);
        var lives = exit is null && launch.IsOfBoot(processes.BootId) && (leader is not null
            ? now is { Lives: true } && now.StartTicks == leader.StartTicks
            : processes.AnyLives(p => table.HasEnvironment(p.Pid, launch.SupervisorMarker)));
        if (lives && now is not null)
        {
            processes.Recognise(now, launch.LoopId);
        }

        return new LaunchSighting(launch, leader, exit, lives);
    }

    /// <summary>Whether a run began after the launch.</summary>
    private bool BeganSince(LogView log, RunFacts run) => IsSameLog(log)
        ? run.Start.Line > Launch.BaseLine
        : Timestamps.Parse(run.Start.Timestamp) >= Timestamps.Parse(Launch.StartedAt);

    private bool IsSameLog(LogView log) => Launch.Epoch is null || Launch.Epoch == log.Epoch;
}
