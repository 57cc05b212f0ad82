using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;

namespace OpsFunctions.Activities.Polling;

/// <summary>Reads one run's log page by page in one cycle, and around a line that the adapter cannot serve.</summary>
/// <param name="adapter">The adapter client.</param>
/// <param name="probe">Gets past such a line.</param>
/// <param name="spec">The run.</param>
/// <param name="lineCount">Lines of the log as the cycle's snapshot has it.</param>
/// <param name="traceId">Trace id handed on.</param>
/// <param name="pageSize">Lines asked for at once.</param>
public sealed class LogReader(IAdapterClient adapter, PoisonLineProbe probe, RunSpec spec, long lineCount, string? traceId, int pageSize)
{
    /// <summary>The lines after <paramref name="cursor"/>, at most <paramref name="limit"/>.</summary>
    public async Task<AdapterResult<EventsReading>> ReadAsync(long cursor, long limit, CancellationToken cancellationToken)
    {
        var size = (int)Math.Min(pageSize, limit);
        var page = await adapter.GetEventsAsync(spec.Sprite, spec.LoopId, cursor, size, traceId, cancellationToken);
        if (page is AdapterFailure<EventsReading> { Code: AdapterFailureCodes.AdapterError })
        {
            // The snapshot of this cycle was read, so that the adapter works: one line may be what it chokes on.
            page = await probe.ReadAsync(spec.Sprite, spec.LoopId, cursor, size, lineCount, traceId, cancellationToken);
        }

        return page is AdapterAnswer<EventsReading> answer ? Check(answer, cursor) : page;
    }

    // Rows are numbered one after the other: a gap here would be one for ever.
    private static AdapterResult<EventsReading> Check(AdapterAnswer<EventsReading> answer, long cursor)
    {
        var expected = cursor;
        foreach (var line in answer.Value.Lines)
        {
            expected++;
            if (line.Line != expected)
            {
                return new AdapterFailure<EventsReading>(AdapterFailureCodes.InvalidTransportPayload, $"Line {expected} was to come, line {line.Line} came.");
            }
        }

        return answer;
    }
}
