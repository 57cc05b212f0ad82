using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OpsFunctions.Api;
using OpsFunctions.Composition;
using OpsFunctions.Problems;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>Answers with one page of a list that belongs to a run.</summary>
/// <param name="runs">Finds runs.</param>
/// <param name="options">Settings.</param>
public sealed class PageReader(RunLookup runs, IOptions<ApiOptions> options)
{
    /// <summary>Most elements of a page of small elements.</summary>
    public const int MaximumLimit = 500;

    /// <summary>Elements of a page of small elements if the caller does not say.</summary>
    public const int DefaultLimit = 100;

    /// <summary>Reads a page.</summary>
    /// <param name="request">The request.</param>
    /// <param name="runId">The run, as the route names it.</param>
    /// <param name="list">Where the list is and how its pages are bounded.</param>
    /// <param name="read">Reads the page of a run from a position on, at most so many elements.</param>
    public async Task<IResult> ReadAsync<TPosition, T>(
        HttpRequest request, string runId, PagedRoute<TPosition> list, Func<RunHead, TPosition, int, CancellationToken, Task<Page<T>>> read)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(read);
        var cancellationToken = request.HttpContext.RequestAborted;
        var query = new QueryReader(request, list.Parameter, "limit");
        var position = list.Read(query);
        var limit = query.Number("limit", 1, list.MaximumLimit, list.DefaultLimit);
        if (query.Problem is { } wrongQuery)
        {
            return new ProblemResult(wrongQuery);
        }

        var (head, problem) = await runs.FindAsync(runId, cancellationToken);
        if (head is null)
        {
            return new ProblemResult(problem!);
        }

        var page = await read(head, position, limit, cancellationToken);
        var links = ApiLinks.For(request, options.Value.PublicBaseUrl);
        var nextLink = page.Next is null ? null : FormattableString.Invariant($"{links.Run(head.Run.Spec.RunId, list.Part)}?{list.Parameter}={page.Next}&limit={limit}");
        return new ApiResult<PagedList<T>> { Body = new PagedList<T>(page.Items, nextLink) };
    }

    /// <summary>Reads a page of a list whose elements have numbers from 1, in their order.</summary>
    /// <param name="request">The request.</param>
    /// <param name="runId">The run, as the route names it.</param>
    /// <param name="part">Last segment of the list's route.</param>
    /// <param name="read">Reads elements with higher numbers.</param>
    /// <param name="numberOf">Number of an element.</param>
    /// <param name="lastOf">Number of a run's last element.</param>
    public Task<IResult> ReadNumberedAsync<T>(
        HttpRequest request,
        string runId,
        string part,
        Func<RunHead, long, int, CancellationToken, Task<IReadOnlyList<T>>> read,
        Func<T, long> numberOf,
        Func<RunHead, long> lastOf) =>
        ReadAsync(
            request,
            runId,
            new PagedRoute<long>(part, "after", static query => query.Count("after") ?? 0, MaximumLimit, DefaultLimit),
            async (head, after, limit, cancellationToken) =>
            {
                var items = await read(head, after, limit, cancellationToken);
                return items.Count == limit && numberOf(items[^1]) < lastOf(head) ? new Page<T>(items, FormattableString.Invariant($"{numberOf(items[^1])}")) : new Page<T>(items, null);
            });
}
