using OpsManager.Contract;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Processes;
using SuperloopAdapter.Snapshots;

namespace SuperloopAdapter.Control;

/// <summary>
/// Carries out control calls: one at a time per loop, each under the fence of its run, and each final result kept under its
/// key. A refusal changes nothing but the highest order seen.
/// </summary>
internal sealed class LoopController(
    SuperloopFolder folder, ArtifactReader artifacts, IProcessTable processes, IProcessSignals signals, ControlBounds bounds, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly RunTargets targets = new(folder, processes, time);
    private readonly RunSignals runSignals = new(processes, signals, bounds, time);
    private readonly StaleState stale = new(folder, processes, time);

    public async Task<ControlAnswer> ExecuteAsync(ControlRequest request, LoopReader loop, CancellationToken cancellation)
    {
        ControlRequests.Check(request);
        var own = new LaunchFolder(folder, request.LoopId);
        var records = new ControlRecords(folder, request.LoopId);
        var begin = time.GetUtcNow() + bounds.Begin;
        using var held = await Locks.TakeAsync(own.TryLockControl, begin, time, cancellation) ?? throw Busy();
        if (request.IdempotencyKey is { } known && records.Find(request.Intent, known) is { } earlier)
        {
            return earlier.Result?.RunId == request.RunId
                ? earlier with { Replayed = true }
                : Answer(request, ControlOutcome.Refused("key_reused", "the key belongs to a call of another run"), null);
        }

        var outcome = await AdmitAsync(request, own, begin, cancellation) ?? await (request.Intent switch
        {
            ControlVerbs.Pause or ControlVerbs.Resume => HoldAsync(request, loop, own, cancellation),
            ControlVerbs.Cancel or ControlVerbs.ForceCancel => EndAsync(request, loop, own, begin, cancellation),
            _ => new DecisionWriter(folder, artifacts, records, request.LoopId, time).DecideAsync(request, cancellation),
        });
        var answer = Answer(request, outcome, outcome.Refusal is null && !request.NoConfirm ? await loop.ReadAsync(cancellation) : null);
        if (answer.Ok && request.IdempotencyKey is { } key)
        {
            records.Keep(request.Intent, key, answer);
        }

        return answer;
    }

    private static AdapterException Busy() =>
        new(new AdapterError("control_in_progress", "another call is under way; nothing was done", 503, Cli.ExitCodes.ControlAmbiguous));

    /// <summary>
    /// Refuses what is older than what was seen, and records the call before it is carried out. A cancel leaves its tombstone
    /// here, before it looks for a process: a start that is under way either sees it or is found.
    /// </summary>
    private async Task<ControlOutcome?> AdmitAsync(ControlRequest request, LaunchFolder own, DateTimeOffset begin, CancellationToken cancellation)
    {
        if (request is not { RunId: { } runId, Generation: { } generation, Order: { } order })
        {
            return null;
        }

        using var held = await Locks.TakeAsync(own.TryLockFence, begin, time, cancellation) ?? throw Busy();
        var fence = own.Fence(runId);
        if (fence is not null)
        {
            var repeated = order == fence.Order && generation == fence.Generation && fence.IntentId is not null && fence.IntentId == request.IntentId;
            if (generation < fence.Generation || (order <= fence.Order && !repeated))
            {
                return ControlOutcome.Refused("stale_order", $"order {order} of generation {generation} is not above the highest seen");
            }
        }

        var ends = ControlVerbs.Ends(request.Intent);
        var tombstone = fence?.Tombstone ?? (ends ? new Tombstone(Timestamps.Now(time), request.IntentId, request.By) : null);
        own.Write(new RunFence(runId, generation, order, fence is null ? 0 : fence.Attempt, request.IntentId, tombstone));
        return fence?.Tombstone is { } cancelled && !ends ? ControlOutcome.Refused("tombstoned", $"the run was cancelled at {cancelled.At}") : null;
    }

    private async Task<ControlOutcome> HoldAsync(ControlRequest request, LoopReader loop, LaunchFolder own, CancellationToken cancellation)
    {
        var observation = await loop.ReadAsync(cancellation);
        var target = targets.Find(request, observation);
        if (target.Untouched is { } untouched)
        {
            return untouched;
        }

        if (request.Attempt is { } attempt && target.Launch is { } launch && attempt != launch.Attempt)
        {
            return attempt < launch.Attempt
                ? ControlOutcome.Refused("superseded", $"attempt {launch.Attempt} of the run was launched meanwhile")
                : ControlOutcome.Refused("no_process", $"attempt {attempt} of the run has no process");
        }

        if (target.Launch is not null && own.Current() is { } current && current.RunId != target.RunId)
        {
            return ControlOutcome.Refused("superseded", "another run was launched meanwhile");
        }

        return await runSignals.HoldAsync(target, request.Intent == ControlVerbs.Pause, cancellation);
    }

    private async Task<ControlOutcome> EndAsync(ControlRequest request, LoopReader loop, LaunchFolder own, DateTimeOffset begin, CancellationToken cancellation)
    {
        // A start under way is waited for: it has its process or its refusal by then.
        using var held = await Locks.TakeAsync(() => folder.TryLock("ops", Locks.Start), begin, time, cancellation) ?? throw Busy();
        var observation = await loop.ReadAsync(cancellation);
        var target = targets.Find(request, observation);
        if (target.Untouched is { } untouched)
        {
            return untouched;
        }

        if (target.Launch is { } launch)
        {
            await LeaderAsync(own, launch, begin, cancellation);
            target = targets.Find(request, observation);
        }

        // A call that names no run cancels the run it finds, and that one is as cancelled as any other.
        if (request.RunId is null && target.RunId is { } found)
        {
            await BuryAsync(request, found, own, begin, cancellation);
        }

        var outcome = await runSignals.EndAsync(target, request.Intent == ControlVerbs.ForceCancel, cancellation);
        if (!outcome.Done)
        {
            return outcome;
        }

        if (target.Launch is { } ended)
        {
            await SupervisorAsync(own, ended, cancellation);
        }

        // Also when there was nothing to end: what a restart of the machine, or an attached leader that removed its active-run.json, left in state.json
        // is in the way of the next start all the same.
        stale.Clear(await loop.ReadAsync(cancellation));
        return outcome with { Proof = outcome.Proof! with { Tombstone = target.RunId is not null } };
    }

    private async Task BuryAsync(ControlRequest request, string runId, LaunchFolder own, DateTimeOffset begin, CancellationToken cancellation)
    {
        using var held = await Locks.TakeAsync(own.TryLockFence, begin, time, cancellation) ?? throw Busy();
        if (own.Fence(runId) is { Tombstone: null } fence)
        {
            own.Write(fence with { Tombstone = new Tombstone(Timestamps.Now(time), request.IntentId, request.By) });
        }
    }

    /// <summary>
    /// A launch recorded a moment ago may not have its leader yet; its supervisor lives then, and will have one. Without it nothing can be proven
    /// to have ended.
    /// </summary>
    private async Task LeaderAsync(LaunchFolder own, LaunchRecord launch, DateTimeOffset begin, CancellationToken cancellation)
    {
        while (own.Leader(launch) is null && SupervisorLives(own, launch))
        {
            if (time.GetUtcNow() >= begin)
            {
                throw Busy();
            }

            await Task.Delay(Pause, time, cancellation);
        }
    }

    /// <summary>The supervisor writes how the run ended within milliseconds; who asks next is to find it.</summary>
    private async Task SupervisorAsync(LaunchFolder own, LaunchRecord launch, CancellationToken cancellation)
    {
        var deadline = time.GetUtcNow() + bounds.Record;
        while (SupervisorLives(own, launch) && time.GetUtcNow() < deadline)
        {
            await Task.Delay(Pause, time, cancellation);
        }
    }

    /// <summary>It is the leader's parent, so that once there is a leader one environment is looked at and not every one.</summary>
    private bool SupervisorLives(LaunchFolder own, LaunchRecord launch) => own.Leader(launch) is { } leader
        ? processes.HasEnvironment(leader.ParentPid, launch.SupervisorMarker)
        : processes.Read()?.Any(p => p.Lives && processes.HasEnvironment(p.Pid, launch.SupervisorMarker)) == true;

    private ControlAnswer Answer(ControlRequest request, ControlOutcome outcome, LoopObservation? after)
    {
        var now = Timestamps.Now(time);
        var exitCode = outcome.Refusal is not null ? 1 : outcome.Done ? 0 : 2;
        var confirmed = outcome.Done && !request.NoConfirm;
        return new ControlAnswer
        {
            Ok = exitCode == 0,
            ExitCode = exitCode,
            TraceId = request.TraceId,
            Error = outcome.Refusal is { } code ? new ServiceError { Code = code, Message = outcome.Text } : null,
            Result = new ControlResult
            {
                Timestamp = now,
                LoopId = request.LoopId,
                Intent = request.Intent,
                TraceId = request.TraceId,
                RequestedBy = request.By,
                Note = request.Note,
                Transport = "local",
                Status = exitCode switch { 1 => "failed_command", 2 => "ambiguous", _ => confirmed ? "confirmed" : "executed_unconfirmed" },
                Command = $"{request.Intent} --loop {request.LoopId}",
                IdempotencyKey = request.IdempotencyKey,
                ExitCode = exitCode == 1 ? 1 : 0,
                ConfirmExitCode = exitCode == 2 ? 1 : 0,
                Confirmed = confirmed,
                CommandOutput = outcome.Refusal is null ? outcome.Text : "error: " + outcome.Text,
                IntentId = request.IntentId,
                RunId = request.RunId,
                Proof = outcome.Proof,
                Decision = outcome.Decision,
                Confirm = after is null ? null : new ControlConfirmation
                {
                    Intent = request.Intent,
                    Confirmed = confirmed,
                    Reason = outcome.Reason,
                    Attempts = outcome.Looks,
                    TimeoutSeconds = (int)outcome.Bound.TotalSeconds,
                    ObservedStatus = StatusRules.Of(after.Evidence, after.Exit?.Code),
                    ObservedLastEvent = after.Readings.Log.Facts.Last?.Name,
                    ObservedApprovalStatus = after.Evidence.ApprovalStatus,
                    ObservedActive = after.Evidence.StateSaysActive,
                    ObservedAt = now,
                },
            },
        };
    }
}
