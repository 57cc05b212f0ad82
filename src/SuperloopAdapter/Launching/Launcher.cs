using System.ComponentModel;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using OpsManager.Contract;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Processes;
using SuperloopAdapter.Snapshots;

namespace SuperloopAdapter.Launching;

/// <summary>
/// Launches the runtime for a Loop Run: at most one process per repository, at most one launch per run and attempt, and none
/// for an engine that was replaced. Refusals happen before anything is written or started.
/// </summary>
internal sealed class Launcher(SuperloopFolder folder, ArtifactReader artifacts, IProcessTable processes, LaunchOptions options, TimeProvider time)
{
    private static readonly TimeSpan LockBound = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeaderBound = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public async Task<StartResponse> StartAsync(StartRequest request, LoopReader loop, CancellationToken cancellation)
    {
        Check(request);
        using var held = await LockAsync(cancellation);
        var launches = new LaunchFolder(folder, request.LoopId);
        var sighting = new ProcessSighting(processes, folder.RepoPath);
        var previous = LaunchSighting.Of(launches, sighting, processes);

        // The answer to the first request may have been lost: the same launch is answered again. Only one that never came to a process (the adapter
        // died in between) is done now: what it left in its own folder tells, because it may not have become the newest on record.
        if (launches.Find(request.RunId, request.Attempt) is { } known && LaunchSighting.Of(launches, known, sighting, processes) is { CameToProcess: true } done)
        {
            return Answer(known, done.Leader?.Pid);
        }

        CheckFence(request, launches, previous);
        var command = CommandOf(options.Superloop);
        var stale = await CheckLoopAsync(loop, previous, cancellation);

        // From here to the new process nothing may come between: a cancel that came before is seen, a later one finds the process.
        using var fenced = await Locks.TakeAsync(launches.TryLockFence, time.GetUtcNow() + LockBound, time, cancellation) ?? throw Refuse("start_in_progress", "the run is being controlled");
        var fence = CheckFence(request, launches, previous);

        var view = loop.Log.Refresh();
        var launch = new LaunchRecord
        {
            RunId = request.RunId,
            Attempt = request.Attempt,
            Generation = request.Generation,
            Order = request.Order,
            LoopId = request.LoopId,
            Nonce = RandomNumberGenerator.GetHexString(16, lowercase: true),
            BaseLine = view.LineCount,
            Epoch = view.Epoch,
            BootId = sighting.BootId,
            StartedAt = Timestamps.Now(time),
        };

        // The order counts as seen even if what follows fails: the next call has a higher one. The attempt counts as launched once its record is there.
        var seen = new RunFence(request.RunId, request.Generation, request.Order, fence is null ? 0 : fence.Attempt);
        launches.Write(seen);
        var launchFolder = launches.Write(launch);
        launches.Write(seen with { Attempt = request.Attempt });
        if (stale)
        {
            folder.Delete(ArtifactSpec.State.RelativePath);
            folder.Delete(ArtifactSpec.ActiveRun.RelativePath);
        }

        try
        {
            Supervisor.Start(launch, launchFolder, folder.RepoPath, Path.Combine(folder.RepoPath, loop.Log.Path), command, options.SecretVariables);
        }
        catch (Win32Exception)
        {
            // Nothing was launched, and nothing may say that it was: a later start of this attempt would be answered with it.
            launches.Withdraw(launch, previous?.Launch);
            launches.Write(seen);
            throw Refuse("spawn_failed", "no process could be made: setsid is not in PATH, or the machine has no room for one");
        }

        fenced.Dispose();
        return Answer(launch, await WaitForLeaderAsync(launches, launch, cancellation));
    }

    private static StartResponse Answer(LaunchRecord launch, long? pid) => new()
    {
        Ok = true,
        Started = new StartedProcess { Pid = pid, BaseLine = launch.BaseLine, Epoch = launch.Epoch },
    };

    private static void Check(StartRequest request)
    {
        if (!LoopId.IsValid(request.RunId))
        {
            throw new AdapterException(AdapterError.InvalidRequest("runId may have letters, digits, '.', '_' and '-' only, and at most 128 of them"));
        }

        if (request.Attempt < 1 || request.Generation < 1 || request.Order < 1)
        {
            throw new AdapterException(AdapterError.InvalidRequest("attempt, generation and order count from 1"));
        }
    }

    private static RunFence? CheckFence(StartRequest request, LaunchFolder launches, LaunchSighting? previous)
    {
        var fence = launches.Fence(request.RunId);
        if (fence?.Tombstone is { } tombstone)
        {
            throw Refuse("tombstoned", $"the run was cancelled at {tombstone.At}");
        }

        if (fence is not null && (request.Order <= fence.Order || request.Generation < fence.Generation))
        {
            throw Refuse("stale_order", $"order {request.Order} of generation {request.Generation} is not above the highest seen");
        }

        // Only what was launched was replaced: its record tells, because a start that broke off may have left a fence that counts it.
        var launched = fence is not null && (fence.Attempt is null || launches.Launches(request.RunId).Count > 0);
        if (previous is not null && (previous.Launch.RunId == request.RunId ? request.Attempt < previous.Launch.Attempt : launched))
        {
            throw Refuse("superseded", "a later launch of this loop is on record");
        }

        return fence;
    }

    private static AdapterException Refuse(string code, string message) => new(AdapterError.StartRefused(code, message));

    private static IReadOnlyList<string> CommandOf(string superloop)
    {
        try
        {
            return Supervisor.CommandOf(superloop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refuse("runtime_unreadable", "the runtime's script is not there or cannot be read");
        }
    }

    /// <summary>Refuses what the runtime would refuse, and what would make two processes work at once.</summary>
    /// <returns>Whether the state files are those of a run that is proven to have ended: the runtime would refuse to start over them.</returns>
    private async Task<bool> CheckLoopAsync(LoopReader loop, LaunchSighting? previous, CancellationToken cancellation)
    {
        var observation = await loop.ReadAsync(cancellation);
        var (readings, sighting, evidence) = (observation.Readings, observation.Sighting, observation.Evidence);
        if (!sighting.IsKnown)
        {
            throw Refuse("processes_unknown", "the process table cannot be read, so a running process cannot be ruled out");
        }

        if (evidence.Leader == LeaderEvidence.Alive || previous is { Lives: true })
        {
            throw Refuse("already_running", "a process of this loop lives");
        }

        if (evidence.Leader == LeaderEvidence.Unknown)
        {
            throw Refuse("not_quiescent", "how the previous attempt ended is not on record yet");
        }

        // Of every loop: what a role of another one left behind works in this repository, too.
        List<LaunchSighting> launches =
        [
            .. LaunchFolder.LoopsOf(folder).Select(id => LaunchSighting.Of(new LaunchFolder(folder, id), sighting, processes)).OfType<LaunchSighting>(),
        ];
        if (sighting.Leaders.Count > 0 || launches.Exists(static l => l.Lives))
        {
            throw Refuse("foreign_process", "another process of the runtime lives in this repository");
        }

        if (launches.Find(l => RunMembers.OfLaunches(processes, [(l.Launch, l.Leader)]).CountIn(sighting) is not { Living: 0 }) is { } left)
        {
            throw Refuse("not_quiescent", $"processes of attempt {left.Launch.Attempt} of run {left.Launch.RunId} are still alive");
        }

        // What a start is judged by. What is shown and nothing rests on may be as it likes.
        string[] unknown = [.. new[] { readings.State, readings.ActiveRun, readings.Approval, readings.Config }.Where(static r => r.Unreadable is not null).Select(static r => r.Path)];
        if (unknown.Length > 0)
        {
            throw Refuse("artifacts_unknown", "an artifact cannot be read at the moment: " + string.Join(", ", unknown));
        }

        var recorded = RunMembers.OfRecorded(processes, readings.ActiveRun.Value, folder.RepoPath, time.GetUtcNow());
        if (recorded?.Living() is { Count: > 0 })
        {
            throw Refuse("not_quiescent", "processes of the group that active-run.json names are still alive");
        }

        if (evidence.HasPendingApproval)
        {
            throw Refuse("approval_outstanding", "an approval is pending; a run would only wait for it");
        }

        // Left behind by a run that did not end in order. No leader lives, nor anything of the last launches; what else there may be of it is known by
        // active-run.json, if that is there.
        var stale = readings.State.Value.Flag("active") == true;
        if (stale && readings.ActiveRun.Exists && recorded is null)
        {
            throw Refuse("stale_active", "state.json says that a run is active; its leader is gone, and whether what it started still lives cannot be told: cancel clears it");
        }

        var stuck = artifacts.ReadOnce(ArtifactSpec.Stuck(loop.LoopId)).Value;
        if (stuck.Integer("threshold") is > 0 and var threshold && stuck.Integer("streak") >= threshold)
        {
            throw Refuse("stuck_at_threshold", "stuck.json has reached its threshold; the runtime refuses to run until it is removed");
        }

        return stale;
    }

    private async Task<SafeFileHandle> LockAsync(CancellationToken cancellation) =>
        await Locks.TakeAsync(() => folder.TryLock("ops", Locks.Start), time.GetUtcNow() + LockBound, time, cancellation)
            ?? throw Refuse("start_in_progress", "another start is under way in this repository");

    private async Task<long?> WaitForLeaderAsync(LaunchFolder launches, LaunchRecord launch, CancellationToken cancellation)
    {
        // The launch happened whatever becomes of the request: the wait is for the pid only.
        var deadline = time.GetUtcNow() + LeaderBound;
        while (!cancellation.IsCancellationRequested && time.GetUtcNow() < deadline)
        {
            if (launches.Leader(launch) is { } leader)
            {
                return leader.Pid;
            }

            await Task.Delay(Pause, time, CancellationToken.None);
        }

        return null;
    }
}
