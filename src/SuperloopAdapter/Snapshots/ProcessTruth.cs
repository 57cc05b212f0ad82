using OpsManager.Contract;

namespace SuperloopAdapter.Snapshots;

/// <summary>What was seen of the loop's process and of the repository's others.</summary>
internal static class ProcessTruth
{
    /// <summary>Null when the process table cannot be read: then nothing is known of any.</summary>
    public static ProcessFacts? Of(LoopObservation observation)
    {
        if (!observation.Sighting.IsKnown)
        {
            return null;
        }

        var facts = Leader(observation);
        return facts with
        {
            Zombies = facts.LiveChildren is null ? null : observation.Members?.Ended,
            Quiescent = facts.LiveChildren switch
            {
                null => null,
                0 => !facts.Alive || facts.Stopped,
                _ => false,
            },
        };
    }

    /// <summary>The runtime's other living processes in this repository, whoever started them.</summary>
    public static IReadOnlyList<ForeignLeader>? Foreign(LoopObservation observation)
    {
        var own = observation.Leader?.Pid;
        List<ForeignLeader> others =
        [
            .. observation.Sighting.Leaders.Where(l => l.Process.Pid != own).Select(static l => new ForeignLeader
            {
                Pid = l.Process.Pid,
                Pgid = l.Process.Group,
                StartTicks = l.Process.StartTicks,
                LoopId = l.Loop,
                Stopped = l.Process.IsStopped,
            }),
        ];
        return others.Count == 0 ? null : others;
    }

    /// <summary>What is done to a process that runs several loops is done to all of them: it is looked at and not touched.</summary>
    public static ObserveOnlyFacts? ObserveOnly(LoopObservation observation) =>
        observation.Leader is { } leader && observation.Sighting.Leaders.FirstOrDefault(l => l.Process.Pid == leader.Pid) is { } known && known.Loop != observation.Evidence.LoopId
            ? new ObserveOnlyFacts { Reason = "runs_several_loops", Message = "The process was not started for this loop alone; what is done to it is done to every loop it runs." }
            : null;

    private static ProcessFacts Leader(LoopObservation observation)
    {
        var (evidence, sighting) = (observation.Evidence, observation.Sighting);
        if (observation.Leader is { } leader)
        {
            return new ProcessFacts
            {
                Pid = leader.Pid,
                Pgid = leader.Group,
                StartTicks = leader.StartTicks,
                BootId = sighting.BootId,
                Alive = true,
                Stopped = leader.IsStopped,
                LiveChildren = observation.Members?.Living,
            };
        }

        // A launch of ours knows its leader exactly, also after active-run.json is gone. The boot is the machine's own, here as everywhere: that it is
        // another than before is how a reader learns that the machine restarted. A start time of another boot would name some other process.
        if (observation.Launch is { Leader: { } begun } launch)
        {
            return new ProcessFacts
            {
                Pid = begun.Pid,
                Pgid = begun.Pid,
                StartTicks = launch.Launch.IsOfBoot(sighting.BootId) ? begun.StartTicks : null,
                BootId = sighting.BootId,
                Alive = launch.Lives,
                LiveChildren = observation.Members?.Living,
            };
        }

        return new ProcessFacts
        {
            Pid = evidence.RecordedPid,
            Pgid = evidence.RecordedGroup,
            BootId = sighting.BootId,
            Alive = observation.Launch is { Lives: true },
            LiveChildren = observation.Launch is null ? observation.Members?.Living : null,
        };
    }
}
