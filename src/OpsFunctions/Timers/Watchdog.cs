using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsFunctions.Activities;
using OpsFunctions.Composition;
using OpsFunctions.Escalations;
using OpsFunctions.Http;
using OpsFunctions.Middleware;
using OpsFunctions.Orchestrations;
using OpsFunctions.Telemetry;
using OpsManager.Core.Decisions;
using OpsManager.Core.Escalations;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Runs;
using OpsManager.Core.Scheduling;
using OpsManager.Storage.Index;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Timers;

/// <summary>
/// Looks after the engines: starts what is missing, replaces what is dead or wedged, never what a person suspended; and brings the
/// list up to the heads. Everything it does is guarded by the head it read, so that two watchdogs do nothing twice.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="index">The list of runs.</param>
/// <param name="engines">Starts engines.</param>
/// <param name="ticks">When it ticked.</param>
/// <param name="fleet">Judges the fleet as a whole.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock.</param>
/// <param name="metrics">Numbers.</param>
/// <param name="telemetry">Tells what is stored.</param>
/// <param name="logger">Logger.</param>
public sealed partial class Watchdog(
    IRunStore store,
    IRunIndex index,
    EngineStarter engines,
    WatchdogTicks ticks,
    FleetMonitor fleet,
    IOptions<WatchdogOptions> options,
    TimeProvider time,
    RunMetrics metrics,
    DecisionTelemetry telemetry,
    ILogger<Watchdog> logger)
{
    /// <summary>Who replaces engines, for the audit trail.</summary>
    public const string Replacer = "watchdog";

    // Looking for orphans reads the head of every run twice, and none is old enough sooner. A little less than five ticks, which
    // never come to the millisecond.
    private static readonly TimeSpan OrphanInterval = TimeSpan.FromMinutes(4.5);

    // An engine that was replaced ends by itself at its next poll; what is wedged does not, and is ended. One that has outlived so many
    // successors is left to the retention of instances.
    private const int RetiredGenerations = 5;

    // Which revision of a run this instance has seen listed. Forgetting it costs one write per run.
    private readonly ConcurrentDictionary<RunId, long> _listed = new();

    // Up to which generation a run's engines are known to have ended. Forgetting it costs a few reads per run.
    private readonly ConcurrentDictionary<RunId, int> _retired = new();

    private DateTimeOffset? _orphansSoughtAt;

    /// <summary>One tick.</summary>
    public async Task<WatchdogReport> TickAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        using var span = OpsTelemetry.StartSpan("watchdog.tick", ActivityKind.Internal, null);
        var now = time.GetUtcNow();
        var tick = new Tick(client, now, ticks.Record(now, options.Value.TickTolerance), options.Value.MaxReplacements);
        var orphans = await RemoveOrphansAsync(now, cancellationToken);
        var active = await index.ListActiveAsync(cancellationToken);
        Forget(active);
        await Parallel.ForEachAsync(
            active,
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.Parallelism, CancellationToken = cancellationToken },
            async (run, token) =>
            {
                try
                {
                    await LookAfterAsync(tick, run.RunId, token);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    // One run's trouble must not keep the watchdog from the others.
                    Interlocked.Increment(ref tick.Failures);
                    LookFailed(logger, exception, run.RunId);
                }
            });

        var report = new WatchdogReport
        {
            Runs = active.Count,
            Started = tick.Started,
            Replaced = tick.Replaced,
            Deferred = tick.Deferred,
            Retired = tick.Retired,
            Orphans = orphans,
            Failures = tick.Failures,
        };
        metrics.CountLive(tick.Live.ToDictionary());
        await fleet.JudgeAsync(tick.Fleet, cancellationToken);
        WatchdogTicked(logger, report.Runs, report.Started, report.Replaced, report.Deferred, report.Retired, report.Orphans, report.Failures, tick.OnTime);
        return report;
    }

    private async Task<int> RemoveOrphansAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_orphansSoughtAt is { } last && now - last < OrphanInterval)
        {
            return 0;
        }

        var removed = await index.RemoveOrphansAsync(now, cancellationToken);
        _orphansSoughtAt = now;
        return removed;
    }

    private async Task LookAfterAsync(Tick tick, RunId runId, CancellationToken cancellationToken)
    {
        var head = await store.FindAsync(runId, cancellationToken);
        if (head is null || head.Purging)
        {
            // A row without a head is an orphan once it is old enough; a deletion has its own timer.
            return;
        }

        tick.Fleet.Add(head);
        using var scope = logger.BeginRunScope(head.Run.Spec);
        if (!head.Run.Lifecycle.State.IsTerminal())
        {
            tick.Live.AddOrUpdate(head.Run.Lifecycle.State, 1, static (_, runs) => runs + 1);
        }

        // Also for an end: what lists it as active may be that the step after the last decision did not happen.
        await ListAsync(head, cancellationToken);
        if (!head.NeedsEngine())
        {
            return;
        }

        await RetireAsync(tick, head, cancellationToken);

        // Whoever replaced the engine may have died before telling.
        head = await TellOfReplacementsAsync(head, tick.Now, cancellationToken);
        var overdue = tick.Now - (head.Poll.NextDueAt ?? head.Run.Spec.CreatedAt);
        if (overdue < options.Value.LookAfter)
        {
            return;
        }

        var instance = await tick.Client.GetInstanceAsync(head.Engine.InstanceId, cancellationToken);
        switch (instance?.RuntimeStatus)
        {
            case null:
                await StartAsync(tick, head, cancellationToken);
                break;
            case OrchestrationRuntimeStatus.Suspended:
                // Somebody wants it so. It is shown, and nothing else; its first decision after it is resumed resolves it.
                if (!IsOpen(head, EngineSuspension.Code))
                {
                    SuspensionFound(logger, head.Run.Spec.RunId, head.Engine.InstanceId, TraceOf(head));
                    await RaiseAsync(head, EngineSuspension.Condition, tick.Now, cancellationToken);
                }

                break;
            case OrchestrationRuntimeStatus.Pending:
                if (tick.OnTime && tick.Now - instance.CreatedAt > head.Run.Policy.StartDeadline)
                {
                    await ReplaceAsync(tick, head, instance, cancellationToken);
                }

                break;
            case OrchestrationRuntimeStatus.Running:
                // A new instance begins with the due time that its predecessor missed, and has its own time to poll.
                if (tick.OnTime && overdue > QuietLimit(head) && tick.Now - instance.CreatedAt > QuietLimit(head))
                {
                    await ReplaceAsync(tick, head, instance, cancellationToken);
                }

                break;
            default:
                // Failed, terminated or completed, and the run has not ended.
                await ReplaceAsync(tick, head, instance, cancellationToken);
                break;
        }
    }

    private TimeSpan QuietLimit(RunHead head)
    {
        var failure = head.Poll.FailureCode is { } code
            ? new PollFailure(code, head.Poll.FailureDetail ?? string.Empty, head.Poll.FailureStreak, head.Poll.FailingSince ?? head.Run.Spec.CreatedAt)
            : null;
        var intervals = (PollSchedule.NextInterval(head.Run, failure, caughtUp: true) ?? TimeSpan.Zero) * options.Value.QuietIntervals;
        return intervals > options.Value.MinimumQuiet ? intervals : options.Value.MinimumQuiet;
    }

    private async Task ListAsync(RunHead head, CancellationToken cancellationToken)
    {
        var runId = head.Run.Spec.RunId;
        if (_listed.TryGetValue(runId, out var revision) && revision == head.Revision)
        {
            return;
        }

        await index.SynchronizeAsync(head, cancellationToken);
        _listed[runId] = head.Revision;
    }

    private void Forget(IReadOnlyList<ActiveRun> active)
    {
        var known = active.Select(run => run.RunId).ToHashSet();
        foreach (var runId in _listed.Keys.Concat(_retired.Keys).Where(runId => !known.Contains(runId)).ToArray())
        {
            _listed.TryRemove(runId, out _);
            _retired.TryRemove(runId, out _);
        }
    }

    private async Task StartAsync(Tick tick, RunHead head, CancellationToken cancellationToken)
    {
        if (await engines.EnsureStartedAsync(tick.Client, head, cancellationToken))
        {
            Interlocked.Increment(ref tick.Started);
            metrics.EngineStarted();
            EngineStarted(logger, head.Run.Spec.RunId, head.Engine.Generation, TraceOf(head));
        }
    }

    private async Task ReplaceAsync(Tick tick, RunHead head, OrchestrationMetadata instance, CancellationToken cancellationToken)
    {
        if (Interlocked.Decrement(ref tick.ReplacementsLeft) < 0)
        {
            Interlocked.Increment(ref tick.Deferred);
            return;
        }

        var runId = head.Run.Spec.RunId;
        EngineReplaced(logger, runId, head.Engine.Generation, instance.RuntimeStatus, head.Poll.NextDueAt, TraceOf(head));
        if (!instance.IsCompleted)
        {
            await TerminateAsync(tick, head, head.Engine, cancellationToken);
        }

        // From here on the old engine is refused every write, dead or alive.
        var next = EngineRef.For(runId, head.Engine.Generation + 1);
        var noted = head with { Run = EngineReplacements.Noted(head.Run, tick.Now) };
        var replacement = new EngineReplacement
        {
            Generation = next.Generation,
            At = tick.Now,
            By = Replacer,
            Found = QueryReader.WordOf(instance.RuntimeStatus),
            DueAt = head.Poll.NextDueAt,
        };
        switch (await store.ReplaceEngineAsync(noted, next, replacement, cancellationToken))
        {
            case WriteResult.Written { Head: var raised }:
                Interlocked.Increment(ref tick.Replaced);
                metrics.EngineReplaced(instance.RuntimeStatus);
                raised = await TellOfReplacementsAsync(raised, tick.Now, cancellationToken);

                // A crash before this start leaves an engine that is missing, which the next tick starts.
                await engines.EnsureStartedAsync(tick.Client, raised, cancellationToken);
                break;
            case WriteResult.Repeated { Head: var raised }:
                // Another watchdog was faster, and may have died right after.
                await engines.EnsureStartedAsync(tick.Client, raised, cancellationToken);
                break;
        }
    }

    /// <summary>Ends the engines of earlier generations that still run. They are refused every write; this spares what they cost.</summary>
    private async Task RetireAsync(Tick tick, RunHead head, CancellationToken cancellationToken)
    {
        var runId = head.Run.Spec.RunId;
        var current = head.Engine.Generation;
        if (current == 1 || _retired.GetValueOrDefault(runId) == current - 1)
        {
            return;
        }

        var allEnded = true;
        for (var generation = Math.Max(1, current - RetiredGenerations); generation < current; generation++)
        {
            var engine = EngineRef.For(runId, generation);
            if (await tick.Client.GetInstanceAsync(engine.InstanceId, cancellationToken) is null or { IsCompleted: true })
            {
                continue;
            }

            // Ended is what it is called once it is seen to be: the next tick looks again.
            allEnded = false;
            if (Interlocked.Decrement(ref tick.RetirementsLeft) < 0)
            {
                break;
            }

            OldEngineFound(logger, runId, generation, current, TraceOf(head));
            await TerminateAsync(tick, head, engine, cancellationToken);
            Interlocked.Increment(ref tick.Retired);
        }

        if (allEnded)
        {
            _retired[runId] = current - 1;
        }
    }

    private async Task TerminateAsync(Tick tick, RunHead head, EngineRef engine, CancellationToken cancellationToken)
    {
        try
        {
            await tick.Client.TerminateInstanceAsync(engine.InstanceId, (object)"replaced by the watchdog", cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Gone or ended meanwhile, for which the clients of the framework have no common exception; or it cannot be reached,
            // and then the fence keeps it from writing.
            TerminateFailed(logger, exception, head.Run.Spec.RunId, engine.Generation, TraceOf(head));
        }
    }

    /// <summary>Raises the escalation for an engine that is replaced again and again. Returns the head as it stands then.</summary>
    private async Task<RunHead> TellOfReplacementsAsync(RunHead head, DateTimeOffset now, CancellationToken cancellationToken) =>
        EngineReplacements.Holding(head.Run, now) is { } condition && !IsOpen(head, condition.Code)
            ? await RaiseAsync(head, condition, now, cancellationToken)
            : head;

    /// <summary>Raises an escalation. Returns the head as it stands then: the given one if somebody else wrote meanwhile.</summary>
    private async Task<RunHead> RaiseAsync(RunHead head, EscalationCondition condition, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var run = head.Run;
        var number = run.EscalationCount + 1;
        var decision = new Decision(
            run with
            {
                Escalations = run.Escalations.Add(new OpenEscalation(number, condition.Code, condition.Severity, now)),
                EscalationCount = number,
                DecidedAt = Later(run.DecidedAt, now),
            },
            [],
            [new Effect.RaiseEscalation(number, condition.Code, condition.Severity, condition.Detail)],
            Changed: true);

        // Written in the engine's name and on the revision read: if the engine decides meanwhile, the next tick looks again.
        var result = await store.ApplyAsync(
            run.Spec.RunId, head.Engine, new ApplyRequest($"watchdog-{condition.Code}-{number}", head.Revision, decision), cancellationToken);
        if (result is not WriteResult.Written written)
        {
            return head;
        }

        telemetry.Stored(decision, repeated: false);
        await index.SynchronizeAsync(written.Head, cancellationToken);
        return written.Head;
    }

    private static bool IsOpen(RunHead head, string code) => head.Run.Escalations.Any(escalation => escalation.Code == code);

    private static string? TraceOf(RunHead head) => RequestTrace.IdOf(head.Run.Spec.TraceParent);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private sealed class Tick(DurableTaskClient client, DateTimeOffset now, bool onTime, int replacementsLeft)
    {
        public int Started;
        public int Replaced;
        public int Deferred;
        public int Failures;
        public int Retired;
        public int ReplacementsLeft = replacementsLeft;
        public int RetirementsLeft = replacementsLeft;

        public ConcurrentDictionary<LifecycleState, int> Live { get; } = new();

        public FleetTally Fleet { get; } = new();

        public DurableTaskClient Client { get; } = client;

        public DateTimeOffset Now { get; } = now;

        public bool OnTime { get; } = onTime;
    }
}
