using OpsManager.Contract;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Control;

/// <summary>Stops, continues and ends the processes of a run, and says what it has seen of it.</summary>
internal sealed class RunSignals(IProcessTable processes, IProcessSignals signals, ControlBounds bounds, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    // Each look at the members reads the environment of every process that is new enough: soon at first, as most end at once, then more rarely.
    private static readonly TimeSpan ShortestEndPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestEndPause = TimeSpan.FromMilliseconds(80);

    /// <summary>
    /// Stops or continues the leader alone. What it has started goes on: a role finishes within its own time limit, and
    /// nothing new begins as long as the leader is stopped.
    /// </summary>
    public async Task<ControlOutcome> HoldAsync(RunTarget target, bool stop, CancellationToken cancellation)
    {
        if (target.Leader is not { } leader || Now(leader) is null)
        {
            return NoProcess();
        }

        var deadline = time.GetUtcNow() + bounds.Stop;
        for (var look = 1; ; look++)
        {
            if (Now(leader) is not { } now)
            {
                return NoProcess();
            }

            var proof = new ControlProof { Pid = leader.Pid, Stopped = now.IsStopped };
            if (now.IsStopped == stop)
            {
                return new ControlOutcome
                {
                    Done = true,
                    Reason = stop ? "leader_stopped" : "leader_continues",
                    Text = stop ? "The leader is stopped; what it has started goes on." : "The leader goes on.",
                    Looks = look,
                    Bound = bounds.Stop,
                    Proof = proof,
                };
            }

            // Sent once: a second signal could undo what somebody else did meanwhile.
            if (look == 1 && !signals.Send(now, stop ? ProcessSignal.Stop : ProcessSignal.Continue))
            {
                return NoProcess();
            }

            if (time.GetUtcNow() >= deadline)
            {
                return new ControlOutcome { Done = false, Reason = "timeout", Text = "The leader has not changed its state in time.", Looks = look, Bound = bounds.Stop, Proof = proof };
            }

            await Task.Delay(Pause, time, cancellation);
        }
    }

    /// <summary>
    /// Ends every member and proves it. Asked to end first (and continued, so that a stopped one can), killed after the grace;
    /// with <paramref name="force"/> killed at once. Empty means empty in two looks: one can miss a child that is just forked.
    /// </summary>
    public async Task<ControlOutcome> EndAsync(RunTarget target, bool force, CancellationToken cancellation)
    {
        var started = time.GetUtcNow();
        var killFrom = force ? started : started + bounds.Grace;
        var giveUp = killFrom + bounds.Kill;
        HashSet<(int Pid, long Start)> asked = [];
        var (empty, killed, ended, pause) = (0, false, 0, ShortestEndPause);
        for (var look = 1; ; look++)
        {
            var living = target.Members.Living();
            var now = time.GetUtcNow();
            if (living is { Count: 0 } && ++empty == 2)
            {
                return new ControlOutcome
                {
                    Done = true,
                    Reason = "inactive_not_running",
                    Text = ended == 0 ? "No process of the run lives." : $"Ended; no process of the run lives (of {ended}{(killed ? ", some killed" : string.Empty)}).",
                    Looks = look,
                    Bound = bounds.Grace + bounds.Kill,
                    Proof = new ControlProof { Pid = target.Leader?.Pid, LiveMembers = 0, Killed = killed },
                };
            }

            if (living is not { Count: 0 } && now >= giveUp)
            {
                return new ControlOutcome
                {
                    Done = false,
                    Reason = living is null ? "processes_unknown" : "timeout",
                    Text = living is null ? "The process table cannot be read, so nothing is proven." : $"{living.Count} processes of the run are still alive.",
                    Looks = look,
                    Bound = bounds.Grace + bounds.Kill,
                    Proof = new ControlProof { Pid = target.Leader?.Pid, LiveMembers = living?.Count, Killed = killed },
                };
            }

            if (living is { Count: > 0 })
            {
                empty = 0;
                ended = Math.Max(ended, living.Count);
                if (now >= killFrom)
                {
                    killed = true;
                    SendAll(living, ProcessSignal.Kill);
                }
                else
                {
                    List<ProcessEntry> fresh = [.. living.Where(p => asked.Add((p.Pid, p.StartTicks)))];
                    SendAll(fresh, ProcessSignal.Terminate);
                    SendAll(fresh, ProcessSignal.Continue);
                }
            }

            // The second look at what is empty comes soon, too.
            await Task.Delay(empty > 0 ? ShortestEndPause : pause, time, cancellation);
            pause = pause * 2 < LongestEndPause ? pause * 2 : LongestEndPause;
        }
    }

    private static ControlOutcome NoProcess() => ControlOutcome.Refused("no_process", "no process of the run lives");

    private ProcessEntry? Now(ProcessEntry leader) => processes.Find(leader.Pid) is { Lives: true } now && now.StartTicks == leader.StartTicks ? now : null;

    private void SendAll(IReadOnlyList<ProcessEntry> members, ProcessSignal signal)
    {
        foreach (var member in members)
        {
            // One that is gone by now is what was wanted.
            _ = signals.Send(member, signal);
        }
    }
}
