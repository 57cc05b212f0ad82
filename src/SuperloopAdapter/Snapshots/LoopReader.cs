using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Log;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Snapshots;

/// <summary>One loop of a repository: its artifacts, its log and the process behind them.</summary>
internal sealed class LoopReader(SuperloopFolder folder, ArtifactReader artifacts, IProcessTable processes, TimeProvider time, string loopId)
{
    /// <summary>A loop that changes with every look is moving; whatever then was seen last is reported.</summary>
    private const int MaxLooks = 5;

    private const int MaxEscalation = 256 * 1024;
    private const int MaxRole = 64;

    private static readonly TimeSpan ExitPause = TimeSpan.FromMilliseconds(20);

    private readonly LaunchFolder launches = new(folder, loopId);

    private ArtifactSpec Escalation { get; } = new(SuperloopFolder.LoopFile(loopId, "escalation.json"), MaxEscalation, ArtifactParsers.WholeObject);

    public string LoopId { get; } = loopId;

    public EventLog Log { get; } = new(folder, loopId);

    public ProgressProbe Progress { get; } = new(folder, time, loopId);

    /// <summary>
    /// Reads liveness before the artifacts, and when no leader lives reads both again until two looks agree: a process that
    /// ended between the looks has written its last files by then, and one that began shows as alive. So neither an orderly
    /// end nor a start under way is ever taken for a crash.
    /// </summary>
    public async Task<LoopObservation> ReadAsync(CancellationToken cancellation)
    {
        // One bound for all looks: a file that stays torn is not waited for again.
        var deadline = artifacts.Deadline();
        LoopReadings? before = null;
        for (var look = 1; ; look++)
        {
            var sighting = new ProcessSighting(processes, folder.RepoPath);
            var launch = LaunchSighting.Of(launches, sighting, processes);
            var readings = await ReadArtifactsAsync(deadline, cancellation);
            var observation = Observe(readings, sighting, launch);
            if (observation.Evidence.Leader != LeaderEvidence.Gone)
            {
                return Complete(observation);
            }

            if (launch?.ExitIsDue(sighting, processes) == true)
            {
                // The supervisor has seen the death and writes how it came within milliseconds, or, where all is busy, later than can be waited for.
                if (time.GetUtcNow() >= deadline)
                {
                    return Complete(observation with { Evidence = observation.Evidence with { Leader = LeaderEvidence.Unknown } });
                }

                await Task.Delay(ExitPause, time, cancellation);
            }
            else if (look >= MaxLooks || (before is not null && readings.SameVersionsAs(before)))
            {
                return Complete(observation);
            }

            before = readings;
        }
    }

    private async Task<LoopReadings> ReadArtifactsAsync(DateTimeOffset deadline, CancellationToken cancellation)
    {
        var read = await artifacts.ReadAsync(
            [
                ArtifactSpec.State,
                ArtifactSpec.ActiveRun,
                ArtifactSpec.Approval(LoopId),
                ArtifactSpec.RunSummary(LoopId),
                ArtifactSpec.Heartbeat(LoopId),
                ArtifactSpec.Config,
            ],
            deadline,
            cancellation);
        return new LoopReadings(read[0], read[1], read[2], read[3], read[4], read[5], Log.Refresh());
    }

    /// <summary>Adds what no status rests on.</summary>
    private LoopObservation Complete(LoopObservation observation) => observation with
    {
        Members = ObservedMembers.Of(observation, processes, time.GetUtcNow())?.CountIn(observation.Sighting),
        Output = observation is { Launch: { Exit: null } launch } ? launches.Output(launch.Launch, CapturedOutput.MaxBytes) : null,
        RoleLog = RoleLogOf(observation.Readings.Log.Facts.Run?.InFlight),
        Escalation = artifacts.ReadOnce(Escalation).Value,
    };

    private FileIdentity? RoleLogOf(LoggedEvent? begun)
    {
        if (begun is not { Role: { } role, Iteration: { } iteration } || role.Length > MaxRole || !role.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            return null;
        }

        try
        {
            using var file = folder.Open(SuperloopFolder.LoopFile(LoopId, $"logs/iter-{iteration}/{role}.log"));
            return file?.Identity;
        }
        catch (AdapterException)
        {
            // A link, or not ours to read: nothing is concluded from it.
            return null;
        }
    }

    private LoopObservation Observe(LoopReadings readings, ProcessSighting sighting, LaunchSighting? launch)
    {
        var evidence = new RunEvidence(LoopId, readings.Log, readings.State, readings.ActiveRun, readings.Approval, LeaderEvidence.Unknown);
        var launched = launch?.Launch.IsOfBoot(sighting.BootId) == true ? launch.Leader : null;
        var leader = sighting.LeaderOf(LoopId, evidence.RecordedPid, evidence.RecordedGroup, launched)?.Process;
        var covering = launch?.Covers(readings.Log, leader, processes, time.GetUtcNow()) == true ? launch : null;
        evidence = evidence with
        {
            Leader = !sighting.IsKnown ? LeaderEvidence.Unknown : leader is not null || covering is { Lives: true } ? LeaderEvidence.Alive : LeaderEvidence.Gone,
            IsLaunchUnlogged = covering is { Lives: true } && !covering.HasLogged(readings.Log),
        };
        return new LoopObservation(readings, sighting, evidence, leader, covering);
    }
}
