using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using OpsFunctions.Activities;
using OpsFunctions.Activities.Diagnostics;
using OpsFunctions.Activities.Polling;
using OpsFunctions.Telemetry;
using OpsManager.Core;
using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Core.Scheduling;
using OpsManager.Storage.Diagnostics;

// The logger is the context's replay-safe one, kept in a field, where the analyzer does not follow it; DisciplineTests holds the rule.
#pragma warning disable DURABLE0010

namespace OpsFunctions.Orchestrations;

/// <summary>One execution of a run's engine. Deterministic: all I/O is in activities, all time is the context's.</summary>
public sealed partial class Engine : IDisposable
{
    // Rows of history read again at each wake-up grow with the turns; below this the saving is nil, above it nothing is gained.
    private const int TurnsBeforeContinue = 15;
    private const int TurnsAtMost = 40;
    private const int TroubleDoublings = 5;
    private const int TroubleLimit = 200;

    // A sprite that does not answer at the very end is given a minute and a half: whoever looks into a crash has nothing else.
    private static readonly TimeSpan[] DiagnosticsPauses = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60)];

    private static readonly TimeSpan TroubleInterval = TimeSpan.FromSeconds(2);

    // An apply whose answer was lost is asked again under the same operation, which answers what it answered before.
    private static readonly TaskOptions Retried = TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(2), 2.0));

    private readonly TaskOrchestrationContext _context;
    private readonly ILogger _logger;
    private readonly RaisedEvents _events;
    private readonly PollTimer _timer;
    private EngineInput _state;

    // An answer whose decision met another write: it is taken into account with the next poll, before what that shows.
    private DeliveryAnswer? _answer;

    /// <summary>Begins an execution.</summary>
    public Engine(TaskOrchestrationContext context, EngineInput input)
    {
        _context = context;
        _state = input;
        _logger = context.CreateReplaySafeLogger<Engine>();
        _events = new RaisedEvents(context, input, _logger);
        _timer = new PollTimer(context);
    }

    private enum Step
    {
        Wait,
        PollNow,
        Stop,
    }

    // What timers go by: the run's time may be ahead of it by as much as the clock of whoever decided last, and a poll would wait for that.
    private DateTimeOffset Clock => new(DateTime.SpecifyKind(_context.CurrentUtcDateTime, DateTimeKind.Utc));

    // What decisions go by: it does not step back.
    private DateTimeOffset RunTime => _state.DecidedAt is { } last && last > Clock ? last : Clock;

    /// <summary>Runs until the run is over, this is not its engine any more, or it is time to begin a new execution.</summary>
    public async Task RunAsync()
    {
        if (_state.Status is { } status)
        {
            _context.SetCustomStatus(status);
        }

        for (var turn = 0; ; turn++)
        {
            if (IsTimeToContinue(turn))
            {
                // Everything that is here is taken off the framework's hands, and nothing that lasts is awaited in between: what asks for something goes on
                // with the input, and a wake is answered by a poll at once. What is still buffered then are events of other names, which
                // nobody takes, and which would be sent again by every execution until the run ends. An event that comes after this goes
                // into the next execution's history all the same.
                var any = await _events.TakeAsync(_state.Cycle);
                var next = _state with { Events = _events.Carried };
                _context.ContinueAsNew(any ? next with { NextDueAt = null } : next, preserveUnprocessedEvents: false);
                return;
            }

            var woken = _state.NextDueAt is { } dueAt && await WaitAsync(dueAt);
            await _events.TakeAsync(_state.Cycle);
            if (woken)
            {
                EngineWoken(_logger, _state.RunId, _state.Generation, _state.Cycle, _state.TraceId);
            }

            switch (await CycleAsync())
            {
                case Step.Stop:
                    await KeepDiagnosticsOfEndAsync();

                    // What was asked while that took its time goes on to be kept, by one more cycle that finds the run over.
                    await _events.TakeWhatAsksAsync(_state.Cycle);
                    if (_events.Carried is null)
                    {
                        return;
                    }

                    _state = _state with { NextDueAt = null };
                    break;
                case Step.PollNow:
                    _state = _state with { NextDueAt = null };
                    break;
            }
        }
    }

    /// <summary>Lets go of the timer: an open one would keep the instance running until it is due.</summary>
    public void Dispose() => _timer.Dispose();

    // Between two timers nothing is open, so that shedding the history leaves nothing behind; a timer that is dropped comes back as
    // a message nobody waits for.
    private bool IsTimeToContinue(int turn) =>
        turn >= TurnsAtMost
        || (turn >= TurnsBeforeContinue && _timer.Task is null && !_events.AreThere && _events.Carried is null && _answer is null);

    /// <summary>Waits for the timer or an event. Returns whether it was an event.</summary>
    private async Task<bool> WaitAsync(DateTimeOffset dueAt)
    {
        var timer = _timer.Ensure(dueAt);
        if (await _events.WaitAsync(timer) != timer)
        {
            return true;
        }

        _timer.Drop();
        return false;
    }

    private async Task<Step> CycleAsync()
    {
        _state = _state with { Cycle = _state.Cycle + 1, Version = EngineInput.CurrentVersion };
        try
        {
            var notKept = await _events.KeepAsync();
            if (notKept is not null)
            {
                Tell(notKept);
            }

            var outcome = await _context.CallActivityAsync<PollOutcome>(
                nameof(PollActivity), new PollRequest(_state.RunId, _state.Generation, _state.Cycle));
            var step = outcome.Kind switch
            {
                PollOutcomeKind.Decide => await DecideAsync(outcome),
                PollOutcomeKind.Again => Step.PollNow,
                _ => Step.Stop,
            };
            if (outcome is { Kind: PollOutcomeKind.Over, Run: { } ended })
            {
                Show(ended);
            }

            _state = _state with { Troubles = 0 };

            if (notKept is not null)
            {
                _events.CountTry();
            }

            // What came meanwhile and asks for something is kept at once, also by an engine that is about to stop: what it becomes may
            // need one.
            if (step == Step.Stop)
            {
                await _events.TakeAsync(_state.Cycle);
            }
            else
            {
                await _events.TakeWhatAsksAsync(_state.Cycle);
            }

            return _events.Carried is null ? step : Step.PollNow;
        }
        catch (TaskFailedException exception)
        {
            // The store is away, or something of ours is broken: neither is the run's doing, and an engine that gave up would only
            // be replaced by one with the same trouble.
            _state = _state with { Troubles = _state.Troubles + 1 };
            var pause = TroubleInterval * Math.Pow(2, Math.Min(_state.Troubles - 1, TroubleDoublings));
            _state = _state with { NextDueAt = Clock + pause };
            Tell(exception);
            ShowTrouble(exception.FailureDetails.ErrorType);
            return Step.Wait;
        }
    }

    private async Task<Step> DecideAsync(PollOutcome outcome)
    {
        var (run, revision) = (outcome.Run!, outcome.Revision);
        Step? step;
        Decision decision;
        if (_answer is { } late)
        {
            (step, decision, revision) = await DecideAndApplyAsync(run, revision, new DecisionInput.IntentAnswered(late), $"{_state.Generation}-{_state.Cycle}-late");
            if (step is not null)
            {
                return step.Value;
            }

            _answer = null;
            run = decision.Run;
        }

        (step, decision, revision) = await DecideAndApplyAsync(run, revision, outcome.Input!, $"{_state.Generation}-{_state.Cycle}");
        if (step is not null)
        {
            return step.Value;
        }

        // Repeated with every observation until it is answered, so that an answer that is lost costs a cycle and nothing else.
        var effects = decision.Effects;
        if (effects.OfType<Effect.StartRuntime>().FirstOrDefault() is { } start)
        {
            var answer = await _context.CallActivityAsync<StartAnswer?>(
                nameof(StartRuntimeActivity), new StartRuntimeRequest(_state.RunId, _state.Generation, _state.Cycle, start.Attempt));
            if (answer is not null)
            {
                (step, decision, revision) = await DecideAndApplyAsync(
                    decision.Run, revision, new DecisionInput.StartAnswered(answer), $"{_state.Generation}-{_state.Cycle}-start");
                if (step is not null)
                {
                    return step.Value;
                }
            }
        }

        if (effects.Concat(decision.Effects).OfType<Effect.DeliverIntent>().LastOrDefault() is { } deliver)
        {
            if (decision.Run.Intents.Any(open => open.Id == deliver.Intent && open is { Verb: IntentVerb.Relaunch, Sends: 1 }))
            {
                await KeepDiagnosticsAsync(DiagnosticsCause.Relaunch);
            }

            var answer = await _context.CallActivityAsync<DeliveryAnswer?>(
                nameof(DeliverIntentActivity), new DeliverIntentRequest(_state.RunId, _state.Generation, _state.Cycle, deliver.Intent));
            if (answer is not null)
            {
                (step, decision, _) = await DecideAndApplyAsync(
                    decision.Run, revision, new DecisionInput.IntentAnswered(answer), $"{_state.Generation}-{_state.Cycle}-intent");
                if (step is not null)
                {
                    _answer = answer;
                    return step.Value;
                }

                // One at a time; the next one is due as soon as this one is out of the way.
                if (decision.Run.Intents.Any(static open => open.Status == IntentStatus.Accepted) && !decision.Run.Intents.Any(static open => open.Status == IntentStatus.Sending))
                {
                    return Step.PollNow;
                }
            }
        }

        var failure = (outcome.Input as DecisionInput.PollFailed)?.Failure;
        var caughtUp = outcome.Input is not DecisionInput.Observed { Observation.CaughtUp: false };
        switch (PollSchedule.NextInterval(decision.Run, failure, caughtUp))
        {
            case null:
                Show(decision.Run);
                return Step.Stop;
            case { } interval when interval <= TimeSpan.Zero:
                return Step.PollNow;
            case { } interval:
                _state = _state with { NextDueAt = Clock + interval };
                Show(decision.Run);
                return Step.Wait;
        }
    }

    /// <summary>Decides and stores the decision. A step means that there is nothing to go on with.</summary>
    private async Task<(Step? Step, Decision Decision, long Revision)> DecideAndApplyAsync(LoopRun run, long revision, DecisionInput input, string operation)
    {
        var now = RunTime > run.DecidedAt ? RunTime : run.DecidedAt;
        var decision = RunDecider.Decide(run, input, now);
        _state = _state with { DecidedAt = now };
        if (!decision.Changed)
        {
            return (null, decision, revision);
        }

        var applied = await _context.CallActivityAsync<ApplyOutcome>(
            nameof(ApplyActivity),
            new ApplyCommand(_state.RunId, _state.Generation, operation, revision, decision),
            Retried);
        if (applied.Kind != ApplyOutcomeKind.Applied)
        {
            return (applied.Kind == ApplyOutcomeKind.Stale ? Step.PollNow : Step.Stop, decision, revision);
        }

        foreach (var transition in decision.Transitions)
        {
            Decided(_logger, _state.RunId, transition.From, transition.To, transition.Reason ?? LogWords.NoReason, transition.Rule, operation, _state.TraceId);
        }

        return (null, decision, applied.Revision);
    }

    /// <summary>Keeps what the sprite shows at the end, if the decision's own activity could not; asks again for a while.</summary>
    private async Task KeepDiagnosticsOfEndAsync()
    {
        foreach (var pause in DiagnosticsPauses)
        {
            if (await KeepDiagnosticsAsync(DiagnosticsCause.End) is not (CaptureDiagnosticsOutcome.Failed or CaptureDiagnosticsOutcome.Lost))
            {
                return;
            }

            await _context.CreateTimer(pause, CancellationToken.None);
        }

        await KeepDiagnosticsAsync(DiagnosticsCause.End);
    }

    /// <summary>Keeps what the sprite shows of an attempt. Whatever comes of it, the engine goes on; null if the activity broke.</summary>
    private async Task<CaptureDiagnosticsOutcome?> KeepDiagnosticsAsync(DiagnosticsCause cause)
    {
        try
        {
            return await _context.CallActivityAsync<CaptureDiagnosticsOutcome>(
                nameof(CaptureDiagnosticsActivity), new CaptureDiagnosticsRequest(_state.RunId, _state.Generation, cause));
        }
        catch (TaskFailedException exception)
        {
            Tell(exception);
            return null;
        }
    }

    private void Tell(TaskFailedException exception) => CycleFailed(
        _logger, _state.RunId, _state.Generation, _state.Cycle, exception.TaskName, exception.FailureDetails.ErrorType, exception.FailureDetails.ErrorMessage, _state.TraceId);

    private void Show(LoopRun run) =>
        Show(JsonSerializer.SerializeToElement(InstanceStatus.Of(run, _state.NextDueAt), CoreJson.Options));

    /// <summary>Shows that the cycle failed, beside what was known before.</summary>
    private void ShowTrouble(string errorType)
    {
        var status = _state.Status is { } last ? JsonObject.Create(last)! : new JsonObject { ["runId"] = _state.RunId.Value };
        status["trouble"] = errorType.Length > TroubleLimit ? errorType[..TroubleLimit] : errorType;
        status["nextPollAt"] = _state.NextDueAt;
        Show(JsonSerializer.SerializeToElement(status, CoreJson.Options));
    }

    private void Show(JsonElement status)
    {
        _state = _state with { Status = status };
        _context.SetCustomStatus(status);
    }
}
