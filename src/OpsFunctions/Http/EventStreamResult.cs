using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OpsFunctions.Api;
using OpsFunctions.Composition;
using OpsFunctions.Problems;
using OpsManager.Core.Lifecycle;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>Sends a run's events as they come, and closes before Functions would cut the answer off.</summary>
/// <param name="store">The store.</param>
/// <param name="gate">Bounds the open streams.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock.</param>
/// <param name="head">The run.</param>
/// <param name="after">The last event the client has.</param>
public sealed class EventStreamResult(IRunStore store, WaiterGate gate, ApiOptions options, TimeProvider time, RunHead head, long after) : IResult
{
    /// <summary>Media type of event streams.</summary>
    public const string ContentType = "text/event-stream";

    private const int PageSize = 200;
    private static readonly TimeSpan HeadInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var place = gate.TryEnter();
        if (place is null)
        {
            await new ProblemResult(EventsFunctions.TooManyWaiters()).ExecuteAsync(httpContext);
            return;
        }

        var response = httpContext.Response;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        // A proxy that collects the answer would deliver nothing until the end.
        response.Headers["X-Accel-Buffering"] = "no";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await SendAsync(response, httpContext.RequestAborted);
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; it resumes from the last id it saw.
        }
    }

    private async Task SendAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        var runId = head.Run.Spec.RunId;
        var current = head;
        var sent = after;
        var closesAt = time.GetUtcNow() + options.StreamDuration;
        await WriteAsync(response, "retry: 1000\n\n", cancellationToken);
        var lastWrite = time.GetUtcNow();
        while (time.GetUtcNow() < closesAt)
        {
            if (current.StoredThrough > sent)
            {
                foreach (var stored in await store.ReadEventsAsync(runId, sent, PageSize, cancellationToken))
                {
                    await WriteAsync(response, Format(current, stored), cancellationToken);
                    sent = stored.Sequence;
                }

                lastWrite = time.GetUtcNow();
                continue;
            }

            if (current.Run.Lifecycle.State.IsTerminal())
            {
                // No id: it is no event of the log and must not move the point from which a client resumes.
                var state = QueryReader.WordOf(current.Run.Lifecycle.State);
                await WriteAsync(response, $"event: end\ndata: {{\"state\":\"{state}\"}}\n\n", cancellationToken);
                return;
            }

            if (time.GetUtcNow() - lastWrite >= KeepAlive)
            {
                await WriteAsync(response, ": keep-alive\n\n", cancellationToken);
                lastWrite = time.GetUtcNow();
            }

            await Task.Delay(HeadInterval, time, cancellationToken);
            if (await store.FindAsync(runId, cancellationToken) is not { Purging: false } next)
            {
                return;
            }

            current = next;
        }
    }

    private static string Format(RunHead head, StoredEvent stored)
    {
        var resource = EventResources.From(head, stored);
        // Line breaks can only stand between the tokens of an envelope as it was received; here they would end the data.
        var data = JsonSerializer.Serialize(resource, ApiJson.Options).Replace('\r', ' ').Replace('\n', ' ');
        return $"id: {resource.Cursor}\ndata: {data}\n\n";
    }

    private static async Task WriteAsync(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
