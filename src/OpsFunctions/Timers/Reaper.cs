using System.Diagnostics;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsFunctions.Composition;
using OpsFunctions.Telemetry;
using OpsManager.Core.Runs;
using OpsManager.Storage.Notifications;
using OpsManager.Storage.Purging;

namespace OpsFunctions.Timers;

/// <summary>
/// Carries out deletions: the orchestration instances of a run first, then what is stored of it. It keeps nothing that matters: what a
/// crash leaves undone is found by the next tick, here or in another process.
/// </summary>
/// <param name="purge">Removes what is stored.</param>
/// <param name="notifications">What sinks were told of the run.</param>
/// <param name="instances">Removes orchestration instances.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Logger.</param>
public sealed partial class Reaper(
    IRunPurge purge, INotificationStore notifications, InstanceRemover instances, IOptions<RetentionOptions> options, TimeProvider time, ILogger<Reaper> logger)
{
    // Where the last tick stopped, so that deletions that wait do not keep others from their turn.
    private RunId? _last;

    /// <summary>One tick. Ticks may overlap.</summary>
    public async Task<ReaperReport> TickAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var limit = options.Value.RunsPerTick;
        var runs = await purge.ListAsync(_last, limit, cancellationToken);
        if (runs.Count == 0 && _last is not null)
        {
            runs = await purge.ListAsync(null, limit, cancellationToken);
        }

        _last = runs.Count == limit ? runs[^1].RunId : null;
        var (finished, waiting, failures) = (0, 0, 0);
        foreach (var run in runs)
        {
            try
            {
                switch (await RemoveAsync(client, run, cancellationToken))
                {
                    case PurgeProgress.Finished:
                        RunPurged(logger, run.RunId);
                        finished++;
                        break;
                    case PurgeProgress.Abandoned:
                        OrderForgotten(logger, run.RunId);
                        break;
                    case PurgeProgress.Waiting:
                        waiting++;
                        break;
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // One run's trouble must not keep the others.
                failures++;
                RemovalFailed(logger, exception, run.RunId);
            }
        }

        if (runs.Count > 0)
        {
            ReaperTicked(logger, runs.Count, finished, waiting, failures);
        }

        return new ReaperReport(runs.Count, finished, waiting, failures);
    }

    private async Task<PurgeProgress> RemoveAsync(DurableTaskClient client, PurgingRun run, CancellationToken cancellationToken)
    {
        using var span = OpsTelemetry.StartSpan("run.purge", ActivityKind.Internal, null);
        span.SetTag(TelemetryTags.RunId, run.RunId.Value);
        if (!await instances.RemoveAsync(client, run.RunId, cancellationToken))
        {
            if (time.GetUtcNow() - run.Since < options.Value.InstancePatience)
            {
                return PurgeProgress.Waiting;
            }

            InstancesLeft(logger, run.RunId, run.Since);
        }

        // Whoever was told of the run is told that it is over: nothing of it will be left to say so.
        await notifications.EndRunAsync(run.RunId, time.GetUtcNow(), cancellationToken);
        var progress = await purge.RemoveAsync(run.RunId, options.Value.RowsPerRun, cancellationToken);
        span.SetTag(TelemetryTags.Outcome, progress);
        return progress;
    }
}
