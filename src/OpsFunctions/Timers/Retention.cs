using System.Diagnostics;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsFunctions.Composition;
using OpsFunctions.Telemetry;
using OpsManager.Storage.Documents;
using OpsManager.Storage.Purging;

namespace OpsFunctions.Timers;

/// <summary>
/// Finds what is kept no longer: runs that ended long ago, which it marks for the <see cref="Reaper"/>; orchestration instances that
/// have ended; blobs that no row names. Each tick looks at a bounded part and the next goes on after it.
/// </summary>
/// <param name="purge">Finds and removes.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Logger.</param>
public sealed partial class Retention(IRunPurge purge, IOptions<RetentionOptions> options, TimeProvider time, ILogger<Retention> logger)
{
    private static readonly OrchestrationRuntimeStatus[] Ended =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    // Where the last tick stopped. Forgetting it only begins anew.
    private string? _runs;
    private string? _blobs;

    /// <summary>One tick. Ticks may overlap.</summary>
    public async Task<RetentionReport> TickAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        using var span = OpsTelemetry.StartSpan("retention.tick", ActivityKind.Internal, null);
        var now = time.GetUtcNow();
        var report = new RetentionReport();
        report = await TryAsync(report, "runs", () => MarkRunsAsync(report, now, cancellationToken));
        report = await TryAsync(report, "instances", () => RemoveInstancesAsync(report, client, now, cancellationToken));
        report = await TryAsync(report, "blobs", () => RemoveBlobsAsync(report, now, cancellationToken));
        RetentionTicked(logger, report.Marked, report.Held, report.Instances, report.Blobs, report.Failures);
        return report;
    }

    private async Task<RetentionReport> MarkRunsAsync(RetentionReport report, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var kept = options.Value.EndedRuns;
        if (kept == TimeSpan.Zero)
        {
            return report;
        }

        var found = await purge.FindExpiredAsync(now - kept, _runs, options.Value.ScanPerTick, cancellationToken);
        var order = new PurgeOrder(now, PurgeCauses.Retention, "retention", ReleaseClaim: false);
        report = report with { Held = found.Held };
        foreach (var runId in found.Runs)
        {
            if (report.Marked == options.Value.RunsPerTick)
            {
                // What was found and is left over is found again from the same place.
                return report;
            }

            try
            {
                if (await purge.MarkAsync(runId, order, cancellationToken) is PurgeMarking.Marked)
                {
                    RunExpired(logger, runId, kept);
                    report = report with { Marked = report.Marked + 1 };
                }
            }
            catch (UnreadableDocumentException exception)
            {
                // It does not count: as many of them as a tick may mark would keep every run behind them for ever.
                RunUnreadable(logger, exception, runId);
                report = report with { Failures = report.Failures + 1 };
            }
        }

        _runs = found.Continuation;
        return report;
    }

    private async Task<RetentionReport> RemoveInstancesAsync(
        RetentionReport report, DurableTaskClient client, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (options.Value.Instances == TimeSpan.Zero)
        {
            return report;
        }

        var filter = new PurgeInstancesFilter(CreatedTo: now - options.Value.Instances, Statuses: Ended) { Timeout = options.Value.InstancesTimeout };
        return report with { Instances = (await client.PurgeAllInstancesAsync(filter, cancellationToken)).PurgedInstanceCount };
    }

    private async Task<RetentionReport> RemoveBlobsAsync(RetentionReport report, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var result = await purge.RemoveOrphanBlobsAsync(now - options.Value.OrphanBlobs, _blobs, options.Value.ScanPerTick, cancellationToken);
        _blobs = result.Continuation;
        return report with { Blobs = result.Removed };
    }

    /// <summary>Does one part; its trouble must not keep the others.</summary>
    private async Task<RetentionReport> TryAsync(RetentionReport report, string part, Func<Task<RetentionReport>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            PartFailed(logger, exception, part);
            return report with { Failures = report.Failures + 1 };
        }
    }
}
