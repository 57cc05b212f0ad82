using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.DurableTask.Client;
using OpsFunctions.Activities.Polling;
using OpsFunctions.Http;
using OpsManager.Core.Decisions;
using OpsManager.Core.Escalations;
using OpsManager.Core.Lifecycle;

namespace OpsFunctions.Telemetry;

/// <summary>
/// The app's numbers. They are recorded in activities, timers and HTTP functions, never in an orchestrator, which runs again with every
/// replay. No label takes a value from outside or an id, so that the number of series is bounded.
/// </summary>
public sealed class RunMetrics
{
    // How long the last count of live runs is worth showing: after that, another instance's watchdog has a newer one.
    private static readonly TimeSpan CountsFreshFor = TimeSpan.FromMinutes(3);

    private readonly TimeProvider _time;
    private readonly Histogram<double> _runDuration;
    private readonly Counter<long> _runErrors;
    private readonly Histogram<double> _pollDuration;
    private readonly Counter<long> _pollFailures;
    private readonly Counter<long> _transitions;
    private readonly Counter<long> _replacements;
    private readonly Counter<long> _starts;
    private readonly Counter<long> _escalations;
    private volatile LiveCounts? _live;

    /// <param name="meters">Makes the meter.</param>
    /// <param name="time">Clock.</param>
    public RunMetrics(IMeterFactory meters, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _time = time;
        var meter = meters.Create(new MeterOptions(OpsTelemetry.Name) { Version = OpsTelemetry.Version });
        _runDuration = meter.CreateHistogram(
            "cicd.pipeline.run.duration",
            "s",
            "From the acceptance of a run to its end.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 259_200] });
        _runErrors = meter.CreateCounter<long>("cicd.pipeline.run.errors", "{error}", "Runs that ended failed, crashed, lost or timed out.");
        meter.CreateObservableUpDownCounter("cicd.pipeline.run.active", ObserveLive, "{run}", "Live runs, as the watchdog last counted them.");
        _pollDuration = meter.CreateHistogram(
            "opsmanager.poll.duration",
            "s",
            "One poll of a run: head, adapter, storing.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        _pollFailures = meter.CreateCounter<long>("opsmanager.poll.failures", "{poll}", "Polls that brought nothing.");
        _transitions = meter.CreateCounter<long>("opsmanager.run.transitions", "{transition}", "Steps of lifecycles.");
        _replacements = meter.CreateCounter<long>("opsmanager.watchdog.replacements", "{engine}", "Engines that the watchdog replaced.");
        _starts = meter.CreateCounter<long>("opsmanager.watchdog.starts", "{engine}", "Missing engines that the watchdog started.");
        _escalations = meter.CreateCounter<long>("opsmanager.escalations.raised", "{escalation}", "Escalations raised.");
    }

    /// <summary>Counts a poll.</summary>
    /// <param name="startedAt">Timestamp of the clock at its start.</param>
    /// <param name="outcome">What it brought.</param>
    public void Polled(long startedAt, PollOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        var code = OutcomeOf(outcome);
        _pollDuration.Record(_time.GetElapsedTime(startedAt).TotalSeconds, Tag(TelemetryTags.PollOutcome, code));
        if (outcome.Input is DecisionInput.PollFailed)
        {
            _pollFailures.Add(1, Tag(TelemetryTags.ErrorType, code));
        }
    }

    /// <summary>Counts a poll that threw: the store was away, or something of ours is broken.</summary>
    /// <param name="startedAt">Timestamp of the clock at its start.</param>
    public void PollBroke(long startedAt)
    {
        _pollDuration.Record(_time.GetElapsedTime(startedAt).TotalSeconds, Tag(TelemetryTags.PollOutcome, "exception"));
        _pollFailures.Add(1, Tag(TelemetryTags.ErrorType, "exception"));
    }

    /// <summary>Counts a step of a lifecycle.</summary>
    public void Transitioned(LifecycleState to) => _transitions.Add(1, Tag(TelemetryTags.State, QueryReader.WordOf(to)));

    /// <summary>Counts the end of a run.</summary>
    /// <param name="state">How it ended.</param>
    /// <param name="duration">How long it took from its acceptance.</param>
    public void Ended(LifecycleState state, TimeSpan duration)
    {
        var tags = new TagList
        {
            { TelemetryTags.PipelineName, PipelineWords.Name },
            { TelemetryTags.PipelineRunState, PipelineWords.StateOf(state) },
            { TelemetryTags.PipelineResult, PipelineWords.ResultOf(state) },
        };
        if (PipelineWords.IsError(state))
        {
            var error = Tag(TelemetryTags.ErrorType, QueryReader.WordOf(state));
            tags.Add(error);
            _runErrors.Add(1, Tag(TelemetryTags.PipelineName, PipelineWords.Name), error);
        }

        _runDuration.Record(Math.Max(0, duration.TotalSeconds), tags);
    }

    /// <summary>Counts an escalation.</summary>
    public void Raised(string code, EscalationSeverity severity) =>
        _escalations.Add(1, Tag(TelemetryTags.EscalationCode, code), Tag(TelemetryTags.EscalationSeverity, QueryReader.WordOf(severity)));

    /// <summary>Counts an engine that was replaced.</summary>
    public void EngineReplaced(OrchestrationRuntimeStatus status) => _replacements.Add(1, Tag(TelemetryTags.EngineStatus, QueryReader.WordOf(status)));

    /// <summary>Counts an engine that was missing and was started.</summary>
    public void EngineStarted() => _starts.Add(1);

    /// <summary>Notes how many runs live in which state.</summary>
    public void CountLive(IReadOnlyDictionary<LifecycleState, int> byState) => _live = new LiveCounts(_time.GetUtcNow(), byState);

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    private static string OutcomeOf(PollOutcome outcome) => outcome switch
    {
        { Input: DecisionInput.PollFailed failed } => failed.Failure.Code,
        { Kind: PollOutcomeKind.Decide } => "ok",
        _ => QueryReader.WordOf(outcome.Kind),
    };

    private IEnumerable<Measurement<int>> ObserveLive()
    {
        if (_live is not { } live || _time.GetUtcNow() - live.At > CountsFreshFor)
        {
            yield break;
        }

        foreach (var (state, runs) in live.ByState)
        {
            yield return new Measurement<int>(
                runs,
                Tag(TelemetryTags.PipelineName, PipelineWords.Name),
                Tag(TelemetryTags.PipelineRunState, PipelineWords.StateOf(state)),
                Tag(TelemetryTags.State, QueryReader.WordOf(state)));
        }
    }

    private sealed record LiveCounts(DateTimeOffset At, IReadOnlyDictionary<LifecycleState, int> ByState);
}
