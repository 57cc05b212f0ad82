using Microsoft.Extensions.Options;
using OpsFunctions.Api;
using OpsFunctions.Composition;
using OpsFunctions.Escalations;
using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;
using OpsManager.Storage.Index;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>Counts the live runs from their heads: the list rows may be behind, and do not know how polling goes.</summary>
/// <param name="store">The store.</param>
/// <param name="index">The list of runs.</param>
/// <param name="notifications">How people are told.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock.</param>
public sealed class FleetView(IRunStore store, IRunIndex index, NotificationsView notifications, IOptions<ApiOptions> options, TimeProvider time)
{
    private const int Parallelism = 16;
    private const int AttentionLimit = 50;

    /// <summary>Reads the fleet.</summary>
    public async Task<FleetResource> ReadAsync(ApiLinks links, CancellationToken cancellationToken)
    {
        var active = await index.ListActiveAsync(cancellationToken);
        var running = active.Where(run => !run.Ended).ToArray();
        var counted = running.Take(options.Value.FleetLimit).ToArray();
        var heads = new RunHead?[counted.Length];
        await Parallel.ForAsync(
            0,
            counted.Length,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (i, token) => heads[i] = await store.FindAsync(counted[i].RunId, token));
        var attention = await index.ListAsync(new RunFilter { NeedsAttention = true }, null, AttentionLimit, cancellationToken);

        var now = time.GetUtcNow();
        var (told, suspicion) = await notifications.ReadAsync(now, cancellationToken);
        var known = heads.OfType<RunHead>().ToArray();
        var live = known.Where(head => !head.Run.Lifecycle.State.IsTerminal()).ToArray();
        return new FleetResource
        {
            At = now,
            Live = live.Length,
            Unsettled = active.Count - running.Length,
            ByState = Count(live, Enum.GetValues<LifecycleState>().Where(state => !state.IsTerminal()), head => head.Run.Lifecycle.State),
            ByHealth = Count(live, Enum.GetValues<HealthVerdict>(), head => head.Run.Health.Verdict),
            FailingPolls = live.Count(head => head.Poll.FailureCode is not null),
            OldestOverduePoll = OldestOverdue(live, now, links),
            NeedsAttention = [.. attention.Items.Select(item => RunSummary.From(item, links))],
            NeedsAttentionLink = attention.Continuation is null ? null : links.Root + "/runs?needsAttention=true",
            Suspicion = suspicion,
            Notifications = told,
            Truncated = running.Length > counted.Length,
        };
    }

    private static SortedDictionary<string, int> Count<T>(RunHead[] heads, IEnumerable<T> all, Func<RunHead, T> of)
        where T : struct, Enum
    {
        // Every word is there, so that a reader tells none from not known.
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var value in all)
        {
            counts[QueryReader.WordOf(value)] = 0;
        }

        foreach (var head in heads)
        {
            counts[QueryReader.WordOf(of(head))]++;
        }

        return counts;
    }

    private static OverduePoll? OldestOverdue(RunHead[] live, DateTimeOffset now, ApiLinks links)
    {
        // A run whose engine never polled has been due since it was accepted.
        var oldest = live
            .Select(head => (Head: head, DueAt: head.Poll.NextDueAt ?? head.Run.Spec.CreatedAt))
            .Where(poll => poll.DueAt < now)
            .OrderBy(poll => poll.DueAt)
            .FirstOrDefault();
        return oldest.Head is null
            ? null
            : new OverduePoll(oldest.Head.Run.Spec.RunId, oldest.DueAt, (now - oldest.DueAt).TotalSeconds, links.Run(oldest.Head.Run.Spec.RunId));
    }
}
