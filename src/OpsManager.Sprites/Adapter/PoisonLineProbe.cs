using OpsManager.Core.Runs;

namespace OpsManager.Sprites.Adapter;

/// <summary>
/// Gets past a line of the log that makes an adapter fail. A v1 adapter answers 502 to every page that has to pass such a line, for ever. For use
/// after <see cref="IAdapterClient.GetEventsAsync"/> failed with <see cref="AdapterFailureCodes.AdapterError"/> while a snapshot of the same
/// poll was read: an adapter that fails altogether, or a last line still being written, fails the snapshot too.
/// </summary>
public sealed class PoisonLineProbe(IAdapterClient client)
{
    /// <summary>At most this many lines in a row are set aside at once; more look like a broken log, which a person should see.</summary>
    public const int MaxLines = 4;

    /// <summary>Why a line is set aside.</summary>
    public const string QuarantineReason = "adapter_cannot_read_line";

    /// <summary>
    /// Asks for ever smaller pages. One that works is returned: the way to the line is clear that far. If not even one line can be read, but one
    /// after it can, or the log ends there, the lines between are returned as quarantined, without their content.
    /// </summary>
    /// <param name="sprite">The sprite.</param>
    /// <param name="loopId">The loop.</param>
    /// <param name="cursor">Lines already read; the page after it has failed.</param>
    /// <param name="maxEvents">Size of the page that failed, 1 or more.</param>
    /// <param name="snapshotLineCount">Complete lines according to the snapshot. Lines beyond it are never set aside.</param>
    /// <param name="traceId">Trace id handed on.</param>
    /// <param name="cancellationToken">Cancels the probe.</param>
    /// <returns>Lines from the cursor on, at least one; or the failure that stopped the probe, after which nothing may be skipped.</returns>
    public async Task<AdapterResult<EventsReading>> ReadAsync(
        SpriteRef sprite, LoopId loopId, long cursor, int maxEvents, long snapshotLineCount, string? traceId, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cursor);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEvents, 1);
        if (snapshotLineCount <= cursor)
        {
            return Unexplained("The snapshot knows no line after the cursor, so none can be the cause.");
        }

        var size = maxEvents;
        do
        {
            // The size that failed is not repeated, except when it was 1: the failure may have passed.
            size = Math.Max(1, size / 2);
            var page = await client.GetEventsAsync(sprite, loopId, cursor, size, traceId, cancellationToken);
            if (page is AdapterAnswer<EventsReading> answer)
            {
                return answer.Value.Lines.Count > 0 ? answer : Unexplained("The adapter answered an empty page where its snapshot has a line.");
            }

            if (!IsPoison(page))
            {
                return page;
            }
        }
        while (size > 1);

        return await SkipAsync(sprite, loopId, cursor, snapshotLineCount, traceId, cancellationToken);
    }

    private async Task<AdapterResult<EventsReading>> SkipAsync(
        SpriteRef sprite, LoopId loopId, long cursor, long snapshotLineCount, string? traceId, CancellationToken cancellationToken)
    {
        var skipped = new List<EventReading>();
        while (skipped.Count < MaxLines && cursor + skipped.Count < snapshotLineCount)
        {
            skipped.Add(new EventReading(cursor + skipped.Count + 1, null, ReadOnlyMemory<byte>.Empty, QuarantineReason));
            var next = await client.GetEventsAsync(sprite, loopId, cursor + skipped.Count, 1, traceId, cancellationToken);
            switch (next)
            {
                case AdapterAnswer<EventsReading> answer:
                    return new AdapterAnswer<EventsReading>(new EventsReading([.. skipped, .. answer.Value.Lines], answer.Value.LineCount));
                case AdapterFailure<EventsReading> when !IsPoison(next):
                    return next;
            }
        }

        return Unexplained($"No line could be read up to line {cursor + skipped.Count}; nothing was set aside.");
    }

    private static bool IsPoison(AdapterResult<EventsReading> result) => result is AdapterFailure<EventsReading> { Code: AdapterFailureCodes.AdapterError };

    private static AdapterFailure<EventsReading> Unexplained(string detail) => new(AdapterFailureCodes.AdapterError, detail);
}
