using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Core.Runs;

namespace OpsManager.Sprites.Adapter;

/// <summary>One attempt at one call of an adapter. No retries inside: the next poll cycle is the retry.</summary>
public interface IAdapterClient
{
    /// <summary>Reads the loop's snapshot.</summary>
    Task<AdapterResult<SnapshotReading>> GetSnapshotAsync(SpriteRef sprite, LoopId loopId, string? traceId, CancellationToken cancellationToken);

    /// <summary>Reads events after a cursor.</summary>
    /// <param name="sprite">The sprite.</param>
    /// <param name="loopId">The loop.</param>
    /// <param name="cursor">Lines already read, 0 or more.</param>
    /// <param name="maxEvents">At most this many, 1 or more. Always sent: without it a v1 adapter answers the whole file.</param>
    /// <param name="traceId">Trace id handed on.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<AdapterResult<EventsReading>> GetEventsAsync(SpriteRef sprite, LoopId loopId, long cursor, int maxEvents, string? traceId, CancellationToken cancellationToken);

    /// <summary>
    /// Reads what the adapter shows of a loop that misbehaves: ends of its output and of the role's log, processes, artifacts. Only for
    /// adapters that offer <c>diagnostics</c>; others answer with a failure.
    /// </summary>
    Task<AdapterResult<DiagnosticsReading>> GetDiagnosticsAsync(SpriteRef sprite, LoopId loopId, string? traceId, CancellationToken cancellationToken);

    /// <summary>Asks the adapter to launch a runtime process.</summary>
    Task<AdapterResult<StartAnswer>> StartAsync(SpriteRef sprite, LoopId loopId, StartOrder order, CancellationToken cancellationToken);

    /// <summary>
    /// Asks the adapter to carry out an intent. An answer is what the adapter says of it, unknown included; a failure says nothing of it.
    /// </summary>
    /// <exception cref="ArgumentException">It is a relaunch, which is a start.</exception>
    Task<AdapterResult<DeliveryAnswer>> ControlAsync(SpriteRef sprite, LoopId loopId, ControlOrder order, string? traceId, CancellationToken cancellationToken);
}
