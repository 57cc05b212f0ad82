using OpsManager.Contract;
using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;

namespace OpsManager.Corpus.Tests.Replay;

/// <summary>An adapter that knows v1 and no more: the manager sees the artifacts, and nothing of processes.</summary>
internal sealed class V1OnlyClient(IAdapterClient inner) : IAdapterClient
{
    public async Task<AdapterResult<SnapshotReading>> GetSnapshotAsync(SpriteRef sprite, LoopId loopId, string? traceId, CancellationToken cancellationToken) =>
        await inner.GetSnapshotAsync(sprite, loopId, traceId, cancellationToken) is AdapterAnswer<SnapshotReading> { Value: var reading }
            ? new AdapterAnswer<SnapshotReading>(reading with { Envelope = reading.Envelope with { Ext = null } })
            : throw new InvalidOperationException("The snapshot was refused.");

    public Task<AdapterResult<EventsReading>> GetEventsAsync(SpriteRef sprite, LoopId loopId, long cursor, int maxEvents, string? traceId, CancellationToken cancellationToken) =>
        inner.GetEventsAsync(sprite, loopId, cursor, maxEvents, traceId, cancellationToken);

    public Task<AdapterResult<StartAnswer>> StartAsync(SpriteRef sprite, LoopId loopId, StartOrder order, CancellationToken cancellationToken) =>
        throw new NotSupportedException("v1 starts nothing.");

    public Task<AdapterResult<DeliveryAnswer>> ControlAsync(SpriteRef sprite, LoopId loopId, ControlOrder order, string? traceId, CancellationToken cancellationToken) =>
        inner.ControlAsync(sprite, loopId, order, traceId, cancellationToken);

    public Task<AdapterResult<DiagnosticsReading>> GetDiagnosticsAsync(SpriteRef sprite, LoopId loopId, string? traceId, CancellationToken cancellationToken) =>
        throw new NotSupportedException("v1 keeps no diagnostics.");
}
