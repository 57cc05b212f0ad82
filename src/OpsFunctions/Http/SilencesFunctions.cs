using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsFunctions.Api;
using OpsFunctions.Composition;
using OpsFunctions.Escalations;
using OpsFunctions.Middleware;
using OpsFunctions.Problems;
using OpsManager.Core.Alerts;
using OpsManager.Storage.Notifications;

namespace OpsFunctions.Http;

/// <summary>Silences: for a time, what they cover is not sent.</summary>
/// <param name="store">The silences.</param>
/// <param name="reader">Reads requests.</param>
/// <param name="signal">Has told what a silence no longer covers.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Logger.</param>
public sealed partial class SilencesFunctions(
    INotificationStore store, SilenceReader reader, NotificationSignal signal, IOptions<ApiOptions> options, TimeProvider time, ILogger<SilencesFunctions> logger)
{
    /// <summary>Silences there may be, those shown after their end included: each delivery is compared with all of them.</summary>
    public const int AtMost = 500;

    /// <summary>All silences, newest first.</summary>
    [Function("ListSilences")]
    public async Task<IResult> ListAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "silences")] HttpRequest request)
    {
        var query = new QueryReader(request, "active");
        var active = query.Truth("active");
        if (query.Problem is { } wrongQuery)
        {
            return new ProblemResult(wrongQuery);
        }

        var now = time.GetUtcNow();
        var silences = (await store.ListSilencesAsync(request.HttpContext.RequestAborted))
            .Select(silence => SilenceResource.From(silence.Value, now))
            .Where(silence => active is null || silence.Active == active)
            .OrderByDescending(silence => silence.CreatedAt)
            .ThenBy(silence => silence.Id, StringComparer.Ordinal)
            .ToArray();
        return new ApiResult<PagedList<SilenceResource>> { Body = new PagedList<SilenceResource>(silences, null) };
    }

    /// <summary>Makes a silence.</summary>
    [Function("CreateSilence")]
    public async Task<IResult> CreateAsync([HttpTrigger(AuthorizationLevel.Function, "post", Route = "silences")] HttpRequest request)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        var (body, caller, wrong) = await ChangeRequest.ReadAsync(request);
        if (wrong is not null)
        {
            return new ProblemResult(wrong);
        }

        var (wanted, problem) = reader.Read(body);
        if (wanted is null)
        {
            return new ProblemResult(problem!);
        }

        if ((await store.ListSilencesAsync(cancellationToken)).Count >= AtMost)
        {
            return new ProblemResult(ApiProblem.Of(ProblemKinds.TooManySilences, $"There are {AtMost} silences, those that ended in the last seven days included. Remove some."));
        }

        var now = time.GetUtcNow();
        var silence = new Silence
        {
            // In the order they were made, and not to be guessed from one another.
            Id = string.Create(CultureInfo.InvariantCulture, $"{now.UtcDateTime:yyyyMMddHHmmss}-{Guid.NewGuid().ToString("N")[..12]}"),
            Author = caller,
            Comment = wanted.Comment,
            CreatedAt = now,
            ExpiresAt = wanted.ExpiresAt,
            RunId = wanted.RunId,
            ReasonCode = wanted.ReasonCode,
            Category = wanted.Category,
            Workspace = wanted.Workspace,
            Label = wanted.Label,
        };
        await store.SaveAsync(new Tagged<Silence>(silence, null), cancellationToken);
        SilenceCreated(logger, silence.Id, silence.Author, silence.ExpiresAt, RequestTrace.IdOf(request.HttpContext));
        var links = ApiLinks.For(request, options.Value.PublicBaseUrl);
        return new ApiResult<SilenceResource>
        {
            Status = StatusCodes.Status201Created,
            Body = SilenceResource.From(silence, now),
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Location"] = $"{links.Root}/silences/{silence.Id}" },
        };
    }

    /// <summary>Ends a silence.</summary>
    [Function("DeleteSilence")]
    public async Task<IResult> DeleteAsync([HttpTrigger(AuthorizationLevel.Function, "delete", Route = "silences/{silenceId}")] HttpRequest request, string silenceId)
    {
        if (new QueryReader(request).Problem is { } wrongQuery)
        {
            return new ProblemResult(wrongQuery);
        }

        if (!Callers.TryRead(request, out var caller, out var wrongCaller))
        {
            return new ProblemResult(wrongCaller!);
        }

        if (!await store.RemoveSilenceAsync(silenceId, request.HttpContext.RequestAborted))
        {
            return new ProblemResult(ApiProblem.Of(ProblemKinds.SilenceNotFound, "There is no silence with this id, or it has been removed."));
        }

        SilenceRemoved(logger, silenceId, caller ?? Callers.Unnamed, RequestTrace.IdOf(request.HttpContext));
        signal.Raise();
        return new EmptyResult(StatusCodes.Status204NoContent);
    }
}
