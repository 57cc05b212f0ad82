using Microsoft.Extensions.Options;
using OpsFunctions.Composition;
using OpsManager.Contract;
using OpsManager.Core.Evidence;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Activities.Polling;

/// <summary>Brings a run's stored events up to the adapter's log: where to begin, what is new, and whether it is still the same log.</summary>
/// <param name="store">The store.</param>
/// <param name="comparison">Compares a changed log with the stored one.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock.</param>
public sealed class LogFollower(IRunStore store, LogComparison comparison, IOptions<PollingOptions> options, TimeProvider time)
{
    /// <summary>Follows the log as far as this cycle may.</summary>
    /// <param name="head">The run.</param>
    /// <param name="engine">The writer.</param>
    /// <param name="snapshot">The snapshot just read.</param>
    /// <param name="reader">Reads the log.</param>
    /// <param name="cancellationToken">Ends the cycle's time.</param>
    public async Task<FollowResult> FollowAsync(RunHead head, EngineRef engine, LoopRunSnapshot snapshot, LogReader reader, CancellationToken cancellationToken)
    {
        var count = snapshot.Cursor.EventLineCount;
        var identity = snapshot.Ext?.Epoch;
        var log = head.Log;
        var changes = new List<string>();

        if (AwaitsLaunch(head))
        {
            // Only what is logged after our launch belongs to the run. The position moves along, in case the adapter's answer to
            // the launch does not say where the log stood.
            return new FollowResult { Head = head, Log = log with { Line = count, Identity = identity, Scan = null }, Progressed = true };
        }

        log = AtLaunch(head, log);
        if (ScanOf(head, log) is { } scan)
        {
            var (scanned, trouble) = await ScanAsync(log with { Scan = scan }, count, identity, reader, cancellationToken);
            log = scanned;
            if (log.Scan is not null)
            {
                return new FollowResult { Head = head, Log = log, Progressed = log.Scan.Line > scan.Line, Trouble = trouble };
            }
        }

        if (IsChanged(log, count, identity))
        {
            var (compared, change, trouble) = await comparison.CompareAsync(head, log, count, reader, cancellationToken);
            if (trouble is not null)
            {
                return new FollowResult { Head = head, Log = log, Trouble = trouble };
            }

            log = compared;
            if (change is not null)
            {
                changes.Add(change);
            }
        }

        // Kept once known: an adapter that stops naming it has not got another log.
        log = log with { Identity = identity ?? log.Identity };
        return await ReadAsync(head, log, changes, count, engine, reader, cancellationToken);
    }

    private static bool AwaitsLaunch(RunHead head) =>
        head.Run.Spec.Launch == LaunchKind.Start && head.Run.Seen.StartBaseLine is null && head.StoredThrough == 0 && head.Run.Evidence.Attempts.Count == 0;

    private static LogPosition AtLaunch(RunHead head, LogPosition log) =>
        head.Run.Spec.Launch == LaunchKind.Start && head.StoredThrough == 0 && log.Epoch == 1 && head.Run.Seen.StartBaseLine is { } baseLine
            ? log with { Line = baseLine }
            : log;

    private static AttachScan? ScanOf(RunHead head, LogPosition log)
    {
        if (head.Run.Spec.Launch != LaunchKind.Attach || head.StoredThrough > 0)
        {
            return null;
        }

        // Before the first successful poll the search has not begun, whatever the position was created as.
        return log.Scan ?? (head.Poll.LastSuccessAt is null && log.Line == 0 ? AttachScan.Beginning : null);
    }

    private static bool IsChanged(LogPosition log, long count, string? identity) =>
        count < log.Line || (log.Identity is not null && identity is not null && log.Identity != identity);

    private static async Task<(LogPosition Log, PollTrouble? Trouble)> ScanAsync(
        LogPosition log, long count, string? identity, LogReader reader, CancellationToken cancellationToken)
    {
        var scan = log.Scan!;
        if (scan.Line > count || (log.Identity is not null && identity is not null && log.Identity != identity))
        {
            // Nothing is stored yet: a log that changed meanwhile is simply searched anew.
            scan = AttachScan.Beginning;
        }

        try
        {
            while (scan.Line < count)
            {
                switch (await reader.ReadAsync(scan.Line, count - scan.Line, cancellationToken))
                {
                    case AdapterAnswer<EventsReading> { Value.Lines.Count: > 0 } answer:
                        scan = AttachScanner.Apply(scan, answer.Value.Lines.Select(line => StoredFacts.Read(line, log.Epoch)));
                        break;
                    case AdapterFailure<EventsReading> failure:
                        return (log with { Scan = scan, Identity = identity }, new PollTrouble(failure.Code, failure.Detail));
                    default:
                        return (log with { Scan = scan, Identity = identity }, new PollTrouble(AdapterFailureCodes.InvalidTransportPayload, $"The log has {count} lines but none after {scan.Line} came."));
                }
            }
        }
        catch (OperationCanceledException) when (scan.Line > log.Scan!.Line)
        {
            // What was searched is kept: a long log is searched over several cycles.
            return (log with { Scan = scan, Identity = identity }, null);
        }

        return (log with { Line = AttachScanner.BaseLine(scan), Scan = null, Identity = identity }, null);
    }

    private async Task<FollowResult> ReadAsync(
        RunHead head, LogPosition log, List<string> changes, long count, EngineRef engine, LogReader reader, CancellationToken cancellationToken)
    {
        var result = new FollowResult { Head = head, Log = log, Changes = changes, Progressed = changes.Count > 0 };
        if (log.Line >= count)
        {
            return result with { Progressed = true };
        }

        try
        {
            // One line of overlap shows a log that was replaced and has outgrown the old one since.
            var overlap = changes.Count == 0 ? await comparison.LastLineAsync(head, log, cancellationToken) : null;
            var left = options.Value.LinesPerCycle;
            while (result.Log.Line < count && left > 0)
            {
                var page = await reader.ReadAsync(result.Log.Line - (overlap is null ? 0 : 1), left + (overlap is null ? 0 : 1), cancellationToken);
                if (page is AdapterFailure<EventsReading> failure)
                {
                    return result with { Trouble = new PollTrouble(failure.Code, failure.Detail) };
                }

                if (page is not AdapterAnswer<EventsReading> { Value.Lines: { Count: > 0 } lines })
                {
                    return result with { Trouble = new PollTrouble(AdapterFailureCodes.InvalidTransportPayload, $"The log has {count} lines but none after {result.Log.Line} came.") };
                }

                if (overlap is not null)
                {
                    var isSame = LogComparison.IsSame(overlap, lines[0]);
                    overlap = null;
                    if (!isSame)
                    {
                        var (compared, change, trouble) = await comparison.CompareAsync(head, log, log.Line, reader, cancellationToken);
                        if (trouble is not null)
                        {
                            return result with { Trouble = trouble };
                        }

                        changes.AddRange(change is null ? [] : [change]);
                        result = result with { Log = compared, Progressed = true };
                        continue;
                    }

                    lines = [.. lines.Skip(1)];
                    if (lines.Count == 0)
                    {
                        continue;
                    }
                }

                result = await AppendAsync(result, engine, lines, cancellationToken);
                if (result.Refused is not null)
                {
                    return result;
                }

                left -= lines.Count;
            }

            return result;
        }
        catch (OperationCanceledException) when (result.Progressed)
        {
            // Time is up; the rest comes with the next cycle.
            return result;
        }
    }

    private async Task<FollowResult> AppendAsync(FollowResult result, EngineRef engine, IReadOnlyList<EventReading> lines, CancellationToken cancellationToken)
    {
        var receivedAt = time.GetUtcNow();
        var sequence = result.Head.StoredThrough;
        var events = lines.Select(line => new StoredEvent
        {
            Sequence = ++sequence,
            Epoch = result.Log.Epoch,
            Line = line.Line,
            Hash = LineHash.Of(line),
            ReceivedAt = receivedAt,
            QuarantineReason = line.QuarantineReason,
            Envelope = line.Raw,
        }).ToArray();
        var log = result.Log with { Line = lines[^1].Line };
        var write = await store.AppendEventsAsync(result.Head, engine, events, log, cancellationToken);
        return write switch
        {
            WriteResult.Written written => result with { Head = written.Head, Log = log, Progressed = true },
            WriteResult.Repeated repeated => result with { Head = repeated.Head, Log = log, Progressed = true },
            _ => result with { Refused = write },
        };
    }
}
