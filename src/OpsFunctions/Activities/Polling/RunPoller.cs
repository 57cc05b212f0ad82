using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsFunctions.Composition;
using OpsFunctions.Escalations;
using OpsFunctions.Middleware;
using OpsFunctions.Telemetry;
using OpsManager.Core.Decisions;
using OpsManager.Core.Evidence;
using OpsManager.Core.Observations;
using OpsManager.Core.Runs;
using OpsManager.Core.Scheduling;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Activities.Polling;

/// <summary>
/// One cycle of a run: reads the head, asks the adapter once, stores what is new and says what there is to decide. It may run twice
/// or lose its result: everything it says is made from what is stored.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="adapter">The adapter client.</param>
/// <param name="probe">Gets past a line that an adapter cannot serve.</param>
/// <param name="follower">Follows the log.</param>
/// <param name="facts">Reads stored rows.</param>
/// <param name="fleet">Says whether the fleet as a whole fails.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock.</param>
/// <param name="metrics">Numbers.</param>
/// <param name="logger">Logger.</param>
public sealed partial class RunPoller(
    IRunStore store,
    IAdapterClient adapter,
    PoisonLineProbe probe,
    LogFollower follower,
    StoredFacts facts,
    FleetMonitor fleet,
    IOptions<PollingOptions> options,
    TimeProvider time,
    RunMetrics metrics,
    ILogger<RunPoller> logger)
{
    private const int StaleRetries = 3;
    private const int DetailLimit = 500;

    /// <summary>Polls.</summary>
    public async Task<PollOutcome> PollAsync(PollRequest request, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        try
        {
            var outcome = await TryPollAsync(request, cancellationToken);
            metrics.Polled(startedAt, outcome);
            return outcome;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.PollBroke(startedAt);
            throw;
        }
    }

    private async Task<PollOutcome> TryPollAsync(PollRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < StaleRetries; attempt++)
        {
            var head = await store.FindAsync(request.RunId, cancellationToken);
            var engine = EngineRef.For(request.RunId, request.Generation);
            if (head is null || head.Engine != engine || head.Purging)
            {
                EngineFenced(logger, request.RunId, request.Generation, head?.Engine.Generation, RequestTrace.IdOf(head?.Run.Spec.TraceParent));
                return PollOutcome.Of(PollOutcomeKind.Fenced);
            }

            if (!head.NeedsEngine())
            {
                return PollOutcome.Of(PollOutcomeKind.Over) with { Run = head.Run, Revision = head.Revision };
            }

            // Whose trace it is, only the head says: the request stays as small as every cycle's history should.
            using var scope = logger.BeginRunScope(head.Run.Spec);
            using var span = OpsTelemetry.StartSpan("run.poll", ActivityKind.Internal, head.Run.Spec.TraceParent);
            span.SetTag(TelemetryTags.RunId, request.RunId.Value);
            span.SetTag(TelemetryTags.Generation, request.Generation);
            span.SetTag(TelemetryTags.Cycle, request.Cycle);
            if (await PollAsync(head, engine, request.Cycle, cancellationToken) is { } outcome)
            {
                if (outcome.Input is DecisionInput.PollFailed failed)
                {
                    span.Fail(failed.Failure.Code);
                }

                return outcome;
            }
        }

        return PollOutcome.Of(PollOutcomeKind.Again);
    }

    /// <summary>Polls on a head as read; null if somebody else wrote meanwhile.</summary>
    private async Task<PollOutcome?> PollAsync(RunHead head, EngineRef engine, long cycle, CancellationToken cancellationToken)
    {
        var spec = head.Run.Spec;
        var traceId = RequestTrace.IdOf(spec.TraceParent);
        var startedAt = time.GetUtcNow();
        using var timeout = new CancellationTokenSource(options.Value.AttemptTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);

        SnapshotReading? snapshot = null;
        FollowResult? followed = null;
        PollTrouble? trouble = null;
        var receivedAt = startedAt;
        try
        {
            switch (await adapter.GetSnapshotAsync(spec.Sprite, spec.LoopId, traceId, linked.Token))
            {
                case AdapterAnswer<SnapshotReading> answer when spec.RepoPath is { } repoPath && repoPath != answer.Value.Envelope.Source.RepoPath:
                    trouble = new PollTrouble("repo_mismatch", $"The adapter serves {answer.Value.Envelope.Source.RepoPath}, the run is of {repoPath}.");
                    break;
                case AdapterAnswer<SnapshotReading> answer:
                    snapshot = answer.Value;
                    receivedAt = time.GetUtcNow();
                    var reader = new LogReader(adapter, probe, spec, snapshot.Envelope.Cursor.EventLineCount, traceId, options.Value.PageSize);
                    followed = await follower.FollowAsync(head, engine, snapshot.Envelope, reader, linked.Token);
                    trouble = followed.Progressed ? null : followed.Trouble;
                    break;
                case AdapterFailure<SnapshotReading> failure:
                    trouble = new PollTrouble(failure.Code, failure.Detail);
                    break;
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            trouble = new PollTrouble(AdapterFailureCodes.TransportTimeout, $"No answer within {options.Value.AttemptTimeout}.");
        }

        if (followed?.Refused is WriteResult.Fenced)
        {
            return PollOutcome.Of(PollOutcomeKind.Fenced);
        }

        if (followed?.Refused is not null)
        {
            return null;
        }

        head = followed?.Head ?? head;
        var log = followed?.Log ?? head.Log;
        return trouble is null
            ? await SucceedAsync(head, engine, cycle, startedAt, receivedAt, snapshot!, log, followed!.Changes, cancellationToken)
            : await FailAsync(head, engine, cycle, startedAt, log, trouble, cancellationToken);
    }

    private async Task<PollOutcome?> SucceedAsync(
        RunHead head,
        EngineRef engine,
        long cycle,
        DateTimeOffset startedAt,
        DateTimeOffset receivedAt,
        SnapshotReading snapshot,
        LogPosition log,
        IReadOnlyList<string> changes,
        CancellationToken cancellationToken)
    {
        var poll = new PollStatus
        {
            Cycle = cycle,
            LastAttemptAt = startedAt,
            LastSuccessAt = receivedAt,
            NextDueAt = DueAfter(receivedAt, head.Run, null),
        };
        var hash = SnapshotHash.Of(snapshot.Raw);
        var stored = hash == head.SnapshotHash ? null : new NewSnapshot(receivedAt, hash, snapshot.Raw);
        switch (await store.RecordPollAsync(head, engine, new PollRecord(poll, log, stored), cancellationToken))
        {
            case WriteResult.Written written:
                head = written.Head;
                break;
            case WriteResult.Repeated repeated:
                head = repeated.Head;
                break;
            case WriteResult.Fenced:
                return PollOutcome.Of(PollOutcomeKind.Fenced);
            default:
                return null;
        }

        var run = head.Run;
        var (known, received, replay) = await ReadFactsAsync(run, head.StoredThrough, cancellationToken);
        var observation = ObservationBuilder.Build(
            run.Spec.Launch,
            known,
            received,
            snapshot.Envelope,
            receivedAt,
            // While the beginning of the run is searched for, nothing of it has been read.
            log.Scan is null ? log.Line : -1,
            changes.Union(LogChanges.In(run.Evidence.Epoch, received.SkipWhile(fact => fact.Fact.Sequence <= run.Evidence.Through)), StringComparer.Ordinal)) with
        {
            Replay = replay,
        };
        foreach (var change in observation.LogChanges)
        {
            LogChanged(logger, run.Spec.RunId, change, log.Epoch, log.Line, RequestTrace.IdOf(run.Spec.TraceParent));
        }

        return new PollOutcome
        {
            Kind = PollOutcomeKind.Decide,
            Run = run,
            Revision = head.Revision,
            Input = new DecisionInput.Observed(observation),
        };
    }

    /// <summary>
    /// The events to decide on, after the evidence they follow. When a contradiction was seen and is looked at again, these are all
    /// stored events: what the evidence says is then made anew from the rows that cannot be wrong.
    /// </summary>
    private async Task<(RunEvidence Known, IReadOnlyList<ReceivedFact> Facts, EvidenceReplay? Replay)> ReadFactsAsync(
        LoopRun run, long storedThrough, CancellationToken cancellationToken)
    {
        if (run.Freeze is not { WantsReplay: true })
        {
            return (run.Evidence, await facts.ReadAsync(run.Spec.RunId, run.Evidence.Through, storedThrough, cancellationToken), null);
        }

        var all = await facts.ReadAsync(run.Spec.RunId, 0, storedThrough, cancellationToken);
        var replay = EvidenceReplay.Check(run.Evidence, all, run.Spec.Launch);
        if (replay.Agrees)
        {
            return (run.Evidence, all, replay);
        }

        EvidenceDiffers(logger, run.Spec.RunId, string.Join(", ", replay.Differences), RequestTrace.IdOf(run.Spec.TraceParent));
        return (RunEvidence.None, all, replay);
    }

    // By the run as it was before the decision: the watchdog allows for several intervals of the run as it then stands.
    private static DateTimeOffset? DueAfter(DateTimeOffset now, LoopRun run, PollFailure? failure) =>
        now + PollSchedule.NextInterval(run, failure, caughtUp: true);

    private async Task<PollOutcome?> FailAsync(
        RunHead head, EngineRef engine, long cycle, DateTimeOffset startedAt, LogPosition log, PollTrouble trouble, CancellationToken cancellationToken)
    {
        var last = head.Poll;
        var wasFailing = last.FailureCode is not null;
        // The same cycle counts once, however often its activity runs.
        var streak = wasFailing ? last.FailureStreak + (last.Cycle == cycle ? 0 : 1) : 1;
        var since = wasFailing ? last.FailingSince ?? startedAt : startedAt;
        var detail = trouble.Detail.Length > DetailLimit ? trouble.Detail[..DetailLimit] : trouble.Detail;
        var failure = new PollFailure(trouble.Code, detail, streak, since) { ManagerSuspected = await fleet.IsSuspectedAsync(cancellationToken) };
        var poll = new PollStatus
        {
            Cycle = cycle,
            LastAttemptAt = startedAt,
            LastSuccessAt = last.LastSuccessAt,
            FailureCode = trouble.Code,
            FailureDetail = detail,
            FailureStreak = streak,
            FailingSince = since,
            NextDueAt = DueAfter(time.GetUtcNow(), head.Run, failure),
        };
        PollFailed(logger, head.Run.Spec.RunId, trouble.Code, streak, RequestTrace.IdOf(head.Run.Spec.TraceParent));
        return await store.RecordPollAsync(head, engine, new PollRecord(poll, log, null), cancellationToken) switch
        {
            WriteResult.Written written => Outcome(written.Head),
            WriteResult.Repeated repeated => Outcome(repeated.Head),
            WriteResult.Fenced => PollOutcome.Of(PollOutcomeKind.Fenced),
            _ => null,
        };

        PollOutcome Outcome(RunHead written) => new()
        {
            Kind = PollOutcomeKind.Decide,
            Run = written.Run,
            Revision = written.Revision,
            Input = new DecisionInput.PollFailed(failure),
        };
    }
}
