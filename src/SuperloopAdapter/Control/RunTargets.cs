using System.Globalization;
using OpsManager.Contract;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Processes;
using SuperloopAdapter.Snapshots;

namespace SuperloopAdapter.Control;

/// <summary>
/// Finds the processes a call is about. A call for a run touches that run's launches only, or the one process it names by its
/// runtime run id; a call without one is about whatever is the loop's process now.
/// </summary>
internal sealed class RunTargets(SuperloopFolder folder, IProcessTable processes, TimeProvider time)
{
    // /proc counts in hundredths of a second on every Linux, whatever the kernel's own tick.
    private const int TicksPerSecond = 100;

    // The runtime writes active-run.json a second or so after it began; its timestamps have whole seconds.
    private static readonly TimeSpan ActiveRunLag = TimeSpan.FromMinutes(2);

    public RunTarget Find(ControlRequest request, LoopObservation observation)
    {
        var own = new LaunchFolder(folder, request.LoopId);
        var launches = request.RunId is { } runId ? own.Launches(runId) : observation.Launch is { } covering ? [covering.Launch] : [];
        if (launches.Count > 0)
        {
            return OfLaunches(own, launches, request.RunId is null ? observation.Leader : null);
        }

        var seen = request.RunId is null
            || (request.RuntimeRunId is { } runtimeRunId && runtimeRunId == observation.Readings.Log.Facts.Run?.Start.RunId && observation.Launch is null);
        return seen ? OfForeign(request, observation) : new RunTarget(request.RunId, null, null, Members([], [], 0));
    }

    private RunTarget OfLaunches(LaunchFolder own, IReadOnlyList<LaunchRecord> launches, ProcessEntry? current)
    {
        List<ProcessEntry> leaders = [];
        List<string> markers = [];
        foreach (var launch in launches.Where(l => l.BootId == processes.BootId))
        {
            markers.Add(launch.Marker);
            if (own.Leader(launch) is { } leader)
            {
                leaders.Add(leader);
            }
        }

        if (current is not null && leaders.All(l => l.Pid != current.Pid))
        {
            leaders.Add(current);
        }

        var newest = launches[^1];
        var last = newest.BootId == processes.BootId ? own.Leader(newest) : null;

        // A supervisor's first child carries the marker before there is a record of a leader.
        var earliest = leaders.Count == launches.Count ? leaders.Select(static l => l.StartTicks).DefaultIfEmpty(0).Min() : 0;
        return new RunTarget(newest.RunId, newest, last, Members(leaders, markers, earliest));
    }

    private RunTarget OfForeign(ControlRequest request, LoopObservation observation)
    {
        if (observation.Leader is { } leader)
        {
            var members = Members([leader], [], leader.StartTicks);
            var loop = observation.Sighting.Leaders.FirstOrDefault(l => l.Process.Pid == leader.Pid)?.Loop;
            return new RunTarget(
                request.RunId,
                null,
                leader,
                members,
                loop == request.LoopId ? null : ControlOutcome.Refused("observe_only", "the process runs several loops, and what is done to it is done to all of them"));
        }

        // The leader was killed and could not clean up: what it left behind is found by its own process group.
        var evidence = observation.Evidence;
        if (evidence is { RecordedPid: > 1 and <= int.MaxValue and var pid, RecordedGroup: { } group } && group == pid
            && Timestamps.Parse(evidence.ActiveRun.Value.Text("updated_at")) is { } written && TicksAt(written - ActiveRunLag) is { } earliest)
        {
            var members = Members([new ProcessEntry((int)pid, 0, (int)pid, 'X', earliest, [])], [], earliest);

            // The number of a group is weak proof once its leader is gone: what works elsewhere is not touched.
            return new RunTarget(
                request.RunId,
                null,
                null,
                members,
                members.Living()?.All(WorksHere) == true
                    ? null
                    : ControlOutcome.Refused("unproven_members", "processes of the recorded group live that cannot be proven to be this run's"));
        }

        return new RunTarget(request.RunId, null, null, Members([], [], 0));
    }

    private bool WorksHere(ProcessEntry process) => processes.WorkingFolder(process.Pid) is { } works
        && (works == folder.RepoPath || works.StartsWith(folder.RepoPath + "/", StringComparison.Ordinal));

    private RunMembers Members(IReadOnlyList<ProcessEntry> leaders, IReadOnlyList<string> markers, long earliest) => new(processes, leaders, markers, earliest);

    /// <summary>A moment in ticks since boot; null when it was before the boot, so that nothing of that time can be alive.</summary>
    private long? TicksAt(DateTimeOffset moment)
    {
        try
        {
            var uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture);
            var ticks = (moment - (time.GetUtcNow() - TimeSpan.FromSeconds(uptime))).TotalSeconds * TicksPerSecond;
            return moment + ActiveRunLag < time.GetUtcNow() - TimeSpan.FromSeconds(uptime) ? null : (long)Math.Max(ticks, 1);
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            return null;
        }
    }
}
