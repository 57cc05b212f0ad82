using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using OpsFunctions.Api;
using OpsFunctions.Composition;
using OpsFunctions.Problems;
using OpsManager.Core.Lifecycle;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>Events of a run: page by page, waiting for the next, or as a stream.</summary>
/// <param name="runs">Finds runs.</param>
/// <param name="store">The store.</param>
/// <param name="waiters">Bounds the open requests.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock.</param>
public sealed class EventsFunctions(RunLookup runs, IRunStore store, EventWaiters waiters, IOptions<ApiOptions> options, TimeProvider time)
{
    private const string LastEventIdHeader = "Last-Event-ID";
    private static readonly TimeSpan HeadInterval = TimeSpan.FromSeconds(1);

    /// <summary>Events after a cursor.</summary>
    [Function("ListEvents")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/events")] HttpRequest request,
        string runId)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        var query = new QueryReader(request, "after", "limit", "waitSeconds");
        var afterText = query.Text("after", 256);
        var limit = query.Number("limit", 1, 500, 100);
        var wait = TimeSpan.FromSeconds(query.Number("waitSeconds", 0, 30, 0));
        if (query.Problem is { } wrongQuery)
        {
            return new ProblemResult(wrongQuery);
        }

        var streaming = WantsStream(request);
        if (streaming && request.Headers[LastEventIdHeader].ToString() is { Length: > 0 } lastEventId)
        {
            // A client that reconnects has come further than the address it was started with.
            afterText = lastEventId;
        }

        // What no answer of ours held is wrong whether the run exists or not.
        var cursor = default(EventCursor);
        if (afterText is not null && !EventCursor.TryParse(afterText, out cursor))
        {
            return new ProblemResult(ApiProblem.Of(
            [
                new FieldError("after", ProblemKinds.MalformedCursor.Code, "It is no cursor of this API.", "A cursor from an earlier answer, or leave it out to begin at the first event."),
            ]));
        }

        var (head, problem) = await runs.FindAsync(runId, cancellationToken);
        if (head is null)
        {
            return new ProblemResult(problem!);
        }

        var links = ApiLinks.For(request, options.Value.PublicBaseUrl);
        if (afterText is not null && !cursor.IsServedBy(head))
        {
            return new ProblemResult(Gone(head, links));
        }

        var after = cursor.Sequence;
        if (streaming)
        {
            // 204 tells an EventSource not to come back: there is nothing more and never will be.
            return head.Run.Lifecycle.State.IsTerminal() && head.StoredThrough == after && afterText is not null
                ? new EmptyResult(StatusCodes.Status204NoContent)
                : new EventStreamResult(store, waiters.Streams, options.Value, time, head, after);
        }

        if (wait > TimeSpan.Zero && MustWait(head, after))
        {
            using var place = waiters.Polls.TryEnter();
            if (place is null)
            {
                return new ProblemResult(TooManyWaiters());
            }

            var waited = await WaitAsync(head, after, wait, cancellationToken);
            if (waited is null)
            {
                return new ProblemResult(ApiProblem.Of(ProblemKinds.RunNotFound, $"Run {head.Run.Spec.RunId} was deleted."));
            }

            head = waited;
        }

        return await PageAsync(head, after, limit, links, cancellationToken);
    }

    /// <summary>The refusal of one waiter too many.</summary>
    public static ApiProblem TooManyWaiters() =>
        ApiProblem.Of(ProblemKinds.TooManyWaiters, "This instance holds as many waiting requests as it may. Come back, or ask without waitSeconds.") with { RetryAfterSeconds = 2 };

    private static bool MustWait(RunHead head, long after) => head.StoredThrough <= after && !head.Run.Lifecycle.State.IsTerminal();

    private static bool WantsStream(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals(EventStreamResult.ContentType, StringComparison.OrdinalIgnoreCase));

    private async Task<RunHead?> WaitAsync(RunHead head, long after, TimeSpan wait, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + wait;
        var current = head;
        while (MustWait(current, after))
        {
            var left = until - time.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                break;
            }

            await Task.Delay(left < HeadInterval ? left : HeadInterval, time, cancellationToken);
            if (await store.FindAsync(head.Run.Spec.RunId, cancellationToken) is not { Purging: false } next)
            {
                return null;
            }

            current = next;
        }

        return current;
    }

    private async Task<IResult> PageAsync(RunHead head, long after, int limit, ApiLinks links, CancellationToken cancellationToken)
    {
        var runId = head.Run.Spec.RunId;
        var events = head.StoredThrough > after
            ? await store.ReadEventsAsync(runId, after, limit, cancellationToken)
            : [];
        var last = events.Count == 0 ? after : events[^1].Sequence;
        var cursor = EventCursor.After(head, last).ToString();
        var more = last < head.StoredThrough;
        return new ApiResult<EventList>
        {
            Body = new EventList
            {
                Value = [.. events.Select(stored => EventResources.From(head, stored))],
                Cursor = cursor,
                NextLink = more ? string.Create(CultureInfo.InvariantCulture, $"{links.Run(runId, "events")}?after={cursor}&limit={limit}") : null,
                State = head.Run.Lifecycle.State,
                Ended = head.Run.Lifecycle.State.IsTerminal() && !more,
            },
        };
    }

    private static ApiProblem Gone(RunHead head, ApiLinks links)
    {
        var runId = head.Run.Spec.RunId;
        return ApiProblem.Of(
            ProblemKinds.CursorGone,
            "The cursor belongs to another run or to an earlier life of this one. Read the snapshot and go on from its eventCursor, or begin without a cursor.") with
        {
            RunId = runId,
            Links = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["snapshot"] = links.Run(runId, "snapshot"),
                ["events"] = links.Run(runId, "events"),
            },
        };
    }
}
