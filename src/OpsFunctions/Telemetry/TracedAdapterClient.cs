using System.Diagnostics;
using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;

namespace OpsFunctions.Telemetry;

/// <summary>Gives each call of an adapter a span, which the adapter learns as the call's trace context.</summary>
/// <param name="inner">Makes the calls.</param>
public sealed class TracedAdapterClient(IAdapterClient inner) : IAdapterClient
{
    /// <inheritdoc/>
    public Task<AdapterResult<SnapshotReading>> GetSnapshotAsync(SpriteRef sprite, LoopId loopId, string? traceId, CancellationToken cancellationToken) =>
        CallAsync("adapter.snapshot", sprite, () => inner.GetSnapshotAsync(sprite, loopId, traceId, cancellationToken));

    /// <inheritdoc/>
    public Task<AdapterResult<EventsReading>> GetEventsAsync(
        SpriteRef sprite, LoopId loopId, long cursor, int maxEvents, string? traceId, CancellationToken cancellationToken) =>
        CallAsync("adapter.events", sprite, () => inner.GetEventsAsync(sprite, loopId, cursor, maxEvents, traceId, cancellationToken));

    /// <inheritdoc/>
    public Task<AdapterResult<DiagnosticsReading>> GetDiagnosticsAsync(SpriteRef sprite, LoopId loopId, string? traceId, CancellationToken cancellationToken) =>
        CallAsync("adapter.diagnostics", sprite, () => inner.GetDiagnosticsAsync(sprite, loopId, traceId, cancellationToken));

    /// <inheritdoc/>
    public Task<AdapterResult<StartAnswer>> StartAsync(SpriteRef sprite, LoopId loopId, StartOrder order, CancellationToken cancellationToken) =>
        CallAsync("adapter.start", sprite, () => inner.StartAsync(sprite, loopId, order, cancellationToken));

    /// <inheritdoc/>
    public Task<AdapterResult<DeliveryAnswer>> ControlAsync(SpriteRef sprite, LoopId loopId, ControlOrder order, string? traceId, CancellationToken cancellationToken) =>
        CallAsync("adapter.control", sprite, () => inner.ControlAsync(sprite, loopId, order, traceId, cancellationToken));

    private static async Task<AdapterResult<T>> CallAsync<T>(string name, SpriteRef sprite, Func<Task<AdapterResult<T>>> call)
    {
        using var span = OpsTelemetry.StartSpan(name, ActivityKind.Client, null);
        span.SetTag(TelemetryTags.Sprite, sprite.Name.Value);
        try
        {
            var result = await call();
            if (result is AdapterFailure<T> failure)
            {
                span.Fail(failure.Code);
            }

            return result;
        }
        catch (Exception exception)
        {
            span.Fail(exception.GetType().Name);
            throw;
        }
    }
}
