using Microsoft.Extensions.Options;
using OpsFunctions.Composition;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Activities.Polling;

/// <summary>Finds out what became of a log that is no longer what was read: it lost lines at its end, or it is another one.</summary>
/// <param name="store">The store.</param>
/// <param name="options">Settings.</param>
public sealed class LogComparison(IRunStore store, IOptions<PollingOptions> options)
{
    /// <summary>
    /// Where to go on in a changed log, and what happened to it. Lines that equal the stored ones are the old log cut short: reading
    /// goes on after them. Otherwise the log is read from its start. Either way a new epoch begins, unless nothing is missing at all.
    /// </summary>
    /// <param name="head">The run.</param>
    /// <param name="log">How far the old log was read.</param>
    /// <param name="count">Lines the log has now.</param>
    /// <param name="reader">Reads the log.</param>
    /// <param name="cancellationToken">Ends the cycle's time.</param>
    public async Task<(LogPosition Log, string? Change, PollTrouble? Trouble)> CompareAsync(
        RunHead head, LogPosition log, long count, LogReader reader, CancellationToken cancellationToken)
    {
        var kept = Math.Min(count, log.Line);
        var stored = await StoredTailAsync(head, log, kept, cancellationToken);
        if (stored.Count == 0)
        {
            // Nothing was stored that could be compared. A position that the log still reaches is as good as before.
            return head.StoredThrough == 0 && count >= log.Line
                ? (log, null, null)
                : (Replaced(log), LogChanges.Replaced, null);
        }

        var cursor = stored[0].Line - 1;
        var proven = false;
        var differs = false;
        while (cursor < kept && !differs)
        {
            var page = await reader.ReadAsync(cursor, kept - cursor, cancellationToken);
            if (page is AdapterFailure<EventsReading> failure)
            {
                return (log, null, new PollTrouble(failure.Code, failure.Detail));
            }

            if (page is not AdapterAnswer<EventsReading> { Value.Lines: { Count: > 0 } lines })
            {
                return (log, null, new PollTrouble(AdapterFailureCodes.InvalidTransportPayload, $"The log has {count} lines but none after {cursor} came."));
            }

            foreach (var line in lines.Where(line => line.Line <= kept))
            {
                var known = stored[(int)(line.Line - stored[0].Line)];
                differs = !IsSame(known, line);
                if (differs)
                {
                    break;
                }

                proven |= known.QuarantineReason is null && line.QuarantineReason is null;
                cursor = line.Line;
            }
        }

        if (!proven)
        {
            return (Replaced(log), LogChanges.Replaced, null);
        }

        // Lines carry their time: one that is the same is the same line, and so are those before it. A log that was cut and has
        // grown again goes on where it differs.
        return cursor == log.Line
            ? (log, null, null)
            : (log with { Epoch = log.Epoch + 1, Line = cursor, Identity = null }, LogChanges.Truncated, null);
    }

    /// <summary>The stored row of the last line read, if it can tell whether the line is still the same; null if it cannot.</summary>
    public async Task<StoredEvent?> LastLineAsync(RunHead head, LogPosition log, CancellationToken cancellationToken) =>
        await StoredTailAsync(head, log, log.Line, cancellationToken, limit: 1) is [{ QuarantineReason: null } last] ? last : null;

    /// <summary>Whether a line is the stored one. A line that could not be read may be readable now, or not any more: it proves nothing.</summary>
    public static bool IsSame(StoredEvent stored, EventReading line) =>
        stored.QuarantineReason is not null || line.QuarantineReason is not null || stored.Hash == LineHash.Of(line);

    private static LogPosition Replaced(LogPosition log) => log with { Epoch = log.Epoch + 1, Line = 0, Identity = null };

    /// <summary>The newest stored lines of the current epoch up to <paramref name="through"/>, in order and without gaps.</summary>
    private async Task<IReadOnlyList<StoredEvent>> StoredTailAsync(
        RunHead head, LogPosition log, long through, CancellationToken cancellationToken, int? limit = null)
    {
        if (head.StoredThrough == 0 || through <= 0)
        {
            return [];
        }

        // Lines of an epoch are stored without gaps up to the position, so that a line's sequence follows from its number.
        var maximum = Math.Min(limit ?? options.Value.CompareLimit, through);
        var last = head.StoredThrough - (log.Line - through);
        var first = Math.Max(1, last - maximum + 1);
        if (last < 1)
        {
            return [];
        }

        var found = new List<StoredEvent>();
        for (var after = first - 1; after < last;)
        {
            var page = await store.ReadEventsAsync(head.Run.Spec.RunId, after, (int)Math.Min(500, last - after), cancellationToken);
            if (page.Count == 0)
            {
                break;
            }

            found.AddRange(page);
            after = page[^1].Sequence;
        }

        return found.Count > 0 && found[^1].Epoch == log.Epoch && found[^1].Line == through
            ? [.. found.Where(stored => stored.Epoch == log.Epoch)]
            : [];
    }
}
