using OpsManager.Core.Observations;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Verdicts;

/// <summary>
/// Tells what an observation says about the leader process. An adapter that looks at processes is believed. Without one there are
/// the runtime's files, and these are one per repository: what another loop wrote there says nothing about this one, and what is
/// absent says something only if it was there before.
/// </summary>
public static class ProcessReading
{
    /// <summary>The exit code of a process that was killed: the one end at which the runtime cannot tidy up.</summary>
    internal const int Killed = SignalBase + 9;

    /// <summary>Exit codes above this one are 128 and the number of the signal that ended the process.</summary>
    private const int SignalBase = 128;

    /// <summary>Whether the exit code is that of a process that somebody told to end: by SIGHUP, SIGINT or SIGTERM.</summary>
    internal static bool WasToldToEnd(int exitCode) => exitCode is SignalBase + 1 or SignalBase + 2 or SignalBase + 15;

    /// <summary>Whether the exit code is that of a process that ended by itself.</summary>
    internal static bool EndedByItself(int exitCode) => exitCode <= SignalBase;

    /// <summary>Reads the process of the run's current attempt.</summary>
    /// <param name="run">The run, with <see cref="LoopRun.Seen"/> and <see cref="LoopRun.Evidence"/> up to this observation.</param>
    /// <param name="observation">The observation.</param>
    public static ProcessView Read(LoopRun run, Observation observation)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(observation);

        // Process and files are those of whoever launched the loop last, and that was not this run.
        if (run.Evidence.Foreign is not null)
        {
            return ProcessView.Unknown;
        }

        var exit = OwnExit(run, observation.Runtime);
        if (observation.Runtime.Leader is { } leader)
        {
            return leader.Alive
                ? new ProcessView(leader.Stopped ? ProcessStatus.Stopped : ProcessStatus.Alive, "process", null, leader.LiveChildren, false)
                : new ProcessView(ProcessStatus.Gone, "process", exit, leader.LiveChildren, HasRestarted(run.Seen, leader));
        }

        return exit is not null
            ? new ProcessView(ProcessStatus.Gone, "exit_record", exit, null, false)
            : ReadFiles(run, observation.Runtime);
    }

    /// <summary>
    /// What proves that no process of the run lives: <c>process</c>, <c>artifacts_only</c>, or null if nothing does.
    /// </summary>
    public static string? QuiescenceProof(LoopRun run, Observation observation, ProcessView process)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(process);
        if (run.Evidence.Foreign is not null || process.IsThere || process.LiveChildren > 0)
        {
            return null;
        }

        if (process is { Source: "process", LiveChildren: 0 })
        {
            return "process";
        }

        var runtime = observation.Runtime;
        if (runtime.ActiveRunUnreadable || runtime.StateUnreadable)
        {
            return null;
        }

        var stateIsOurs = runtime.State is { Active: true } state && IsOurs(run, state.LoopId);
        var released = runtime.ActiveRun switch
        {
            // Some ends leave state.json active. The leader removes active-run.json whenever it exits by itself or is told to.
            null => !stateIsOurs || run.Seen.ActiveRunOurs,
            { LoopId: { } loop } when loop != run.Spec.LoopId.Value => !stateIsOurs,
            _ => false,
        };
        return released ? "artifacts_only" : null;
    }

    private static ProcessView ReadFiles(LoopRun run, RuntimeFacts runtime)
    {
        if (runtime.ActiveRunUnreadable)
        {
            return ProcessView.Unknown;
        }

        if (runtime.ActiveRun is { } active)
        {
            return active.LoopId is not null && IsOurs(run, active.LoopId)
                ? new ProcessView(ProcessStatus.Alive, "artifacts", null, null, false)
                : ProcessView.Unknown;
        }

        if (runtime.StateUnreadable || (runtime.State?.LoopId is { } loop && !IsOurs(run, loop)))
        {
            return ProcessView.Unknown;
        }

        var endedInOrder = run.Evidence.Attempts.Count > 0 && runtime.State is { Active: false, LoopId: not null };
        return run.Seen.ActiveRunOurs || endedInOrder
            ? new ProcessView(ProcessStatus.Gone, "artifacts", null, null, false)
            : ProcessView.Unknown;
    }

    private static ExitRecord? OwnExit(LoopRun run, RuntimeFacts runtime)
    {
        if (runtime.Exit is not { } exit || runtime.Leader is { Alive: true })
        {
            return null;
        }

        var evidence = run.Evidence;
        if (evidence.Attempts.Count == 0)
        {
            // Nothing logged yet: the record is ours only if it is later than the launch that was accepted for this run.
            return run.Seen.StartBaseLine is { } start
                && (exit.LogLine ?? start) >= start
                && (runtime.Launch?.BaseLine ?? start) == start
                ? exit
                : null;
        }

        var attempt = evidence.Attempts[^1];
        if (evidence.Epoch == attempt.Epoch && (exit.LogLine <= attempt.BaseLine || exit.LogLine < evidence.ProcessLine))
        {
            // Recorded before this attempt began, or before its process logged more: a former attempt's, or a refused launch's.
            return null;
        }

        if (evidence.Epoch == attempt.Epoch && runtime.Launch?.BaseLine > attempt.BaseLine)
        {
            // A later launch that has logged nothing: the runtime refused it, over what this attempt left behind.
            return null;
        }

        // The leader removes active-run.json at every exit that a signal does not force. While the file is there, whatever exited was
        // not the leader: a launch that the runtime refuses exits with 1 and touches nothing.
        var leaderStillNamed = runtime.ActiveRunUnreadable || (runtime.ActiveRun is { LoopId: { } loop } && IsOurs(run, loop));
        return leaderStillNamed && (EndedByItself(exit.Code) || WasToldToEnd(exit.Code)) ? null : exit;
    }

    private static bool HasRestarted(RuntimeMemory seen, LeaderFacts leader) =>
        seen.BootId is not null && leader.BootId is not null && seen.BootId != leader.BootId;

    private static bool IsOurs(LoopRun run, string? loopId) => loopId == run.Spec.LoopId.Value;
}
