using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;

namespace OpsFunctions.Activities.Polling;

/// <summary>Reads a log page by page, and around a line that an adapter cannot serve.</summary>
/// <param name="adapter">The adapter client.</param>
/// <param name="spec">The run.</param>
/// <param name="traceId">Trace id handed on.</param>
/// <param name="pageSize">Lines asked for at once.</param>
public sealed class LogReader(IAdapterClient adapter, RunSpec spec, string? traceId, int pageSize)
{
    /// <summary>Reason given to a line that the adapter answers with an error while it serves the next one.</summary>
    public const string UnservableLine = "adapter_cannot_serve_line";

    // An adapter that chokes on one line fails the whole page it is in.
    private const string AdapterError = "adapter_error";

    private readonly int _fullPage = pageSize;
    private int? _reducedPage;

    /// <summary>The lines after <paramref name="cursor"/>, at most <paramref name="limit"/>.</summary>
    public async Task<AdapterResult<EventsReading>> ReadAsync(long cursor, int limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            var size = Math.Min(_reducedPage ?? _fullPage, limit);
            var result = await adapter.GetEventsAsync(spec.Sprite, spec.LoopId, cursor, size, traceId, cancellationToken);
            switch (result)
            {
                case AdapterAnswer<EventsReading> answer:
                    return Check(answer, cursor);
                case AdapterFailure<EventsReading> { Code: AdapterError } when size > 1:
                    // Halving finds the line in a few calls; the size stays small until it is behind.
                    _reducedPage = size / 2;
                    break;
                case AdapterFailure<EventsReading> { Code: AdapterError }:
                    return await SkipAsync(result, cursor, cancellationToken);
                default:
                    return result;
            }
        }
    }

    private async Task<AdapterResult<EventsReading>> SkipAsync(AdapterResult<EventsReading> failure, long cursor, CancellationToken cancellationToken)
    {
        // Only if the next line can be read is it this one line; else the adapter has another trouble, and nothing is skipped.
        var next = await adapter.GetEventsAsync(spec.Sprite, spec.LoopId, cursor + 1, 1, traceId, cancellationToken);
        if (next is not AdapterAnswer<EventsReading> { Value: { Lines.Count: > 0 } reading })
        {
            return failure;
        }

        _reducedPage = null;
        return new AdapterAnswer<EventsReading>(
            new EventsReading([new EventReading(cursor + 1, null, ReadOnlyMemory<byte>.Empty, UnservableLine)], reading.LineCount));
    }

    private static AdapterResult<EventsReading> Check(AdapterAnswer<EventsReading> answer, long cursor)
    {
        var expected = cursor;
        foreach (var line in answer.Value.Lines)
        {
            expected++;
            if (line.Line != expected)
            {
                return new AdapterFailure<EventsReading>("invalid_transport_payload", $"Line {expected} was to come, line {line.Line} came.");
            }
        }

        return answer;
    }
}
