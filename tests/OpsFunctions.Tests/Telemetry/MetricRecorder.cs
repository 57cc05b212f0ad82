using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OpsFunctions.Telemetry;
using OpsFunctions.Tests.Support;

namespace OpsFunctions.Tests.Telemetry;

/// <summary>Records what one app measures.</summary>
internal sealed class MetricRecorder : IDisposable
{
    private readonly MeterListener _listener = new();

    public MetricRecorder(AppFixture app)
    {
        // The factory is the meter's scope: tests that run beside it have other ones.
        var factory = app.Get<IServiceProvider>().GetRequiredService<IMeterFactory>();
        _ = app.Get<RunMetrics>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == OpsTelemetry.Name && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument.Name, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument.Name, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument.Name, value, tags));
        _listener.Start();
    }

    public ConcurrentQueue<(string Name, double Value, IReadOnlyDictionary<string, object?> Tags)> All { get; } = new();

    public IReadOnlyList<(double Value, IReadOnlyDictionary<string, object?> Tags)> Of(string name) =>
        [.. All.Where(item => item.Name == name).Select(item => (item.Value, item.Tags))];

    /// <summary>Asks the instruments that are only read.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private void Keep(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        All.Enqueue((name, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal)));
}
