using System.Collections.Concurrent;
using System.Diagnostics;
using OpsFunctions.Telemetry;

namespace OpsFunctions.Tests.Telemetry;

/// <summary>Records the app's spans of one trace, so that tests that run beside it do not disturb.</summary>
internal sealed class SpanRecorder : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _spans = new();

    public SpanRecorder(ActivityTraceId trace)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == OpsTelemetry.Name,
            Sample = (ref options) => options.Parent.TraceId == trace || options.TraceId == trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                if (span.TraceId == trace)
                {
                    _spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The spans that have ended, in that order.</summary>
    public IReadOnlyList<Activity> Spans => [.. _spans];

    public Activity Single(string name) => Assert.Single(Spans, span => span.OperationName == name);

    public void Dispose() => _listener.Dispose();
}
