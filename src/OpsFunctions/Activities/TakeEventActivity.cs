using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using OpsFunctions.Api;
using OpsFunctions.Http;
using OpsFunctions.Orchestrations;
using OpsFunctions.Problems;
using OpsManager.Core.Intents;
using OpsManager.Core.Runs;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Activities;

/// <summary>
/// Makes an intent of an event that somebody raised at an engine instead of asking the API. It runs the same way however often:
/// the id of the intent is that of the event. The engine that took the event need not be the run's any more: what was asked is asked.
/// </summary>
/// <param name="intake">Takes requests.</param>
/// <param name="store">The store.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Logger.</param>
public sealed partial class TakeEventActivity(IntentIntake intake, IRunStore store, TimeProvider time, ILogger<TakeEventActivity> logger)
{
    /// <summary>Who raises events: whoever has the key of the Durable HTTP API, which asks nobody for a name.</summary>
    public const string Raiser = "durable-api";

    private const int ShownLimit = 200;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>Runs the activity.</summary>
    [Function(nameof(TakeEventActivity))]
    public async Task<TakeEventOutcome> RunAsync([ActivityTrigger] TakeEventRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        var cancellationToken = context?.CancellationToken ?? CancellationToken.None;
        var (ask, problem) = Read(request.Event);
        if (ask is null)
        {
            return await RejectAsync(request, problem!, cancellationToken);
        }

        var outcome = await intake.KeepAsync(
            request.RunId.Value,
            new IntentRequest { Id = IntentIds.FromEvent(request.Event.Id), Verb = ask.Verb, By = Raiser, Note = ask.Note, Candidate = ask.Candidate },
            cancellationToken);
        return outcome.Problem switch
        {
            null => TakeEventOutcome.Taken,
            { Status: 404 or 410 } => TakeEventOutcome.NoRun,
            var trouble => throw new InvalidOperationException(trouble.Detail),
        };
    }

    /// <summary>What is asked: an object as the API takes it, or a verb alone.</summary>
    private static (AskIntentRequest? Ask, string? Problem) Read(RawEvent raised)
    {
        if (raised.Text is not { } text)
        {
            return (null, "It carries nothing, or nothing that is JSON.");
        }

        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            var root = document.RootElement;
            if (!RequestBody.IsText(root))
            {
                return (null, "A text has half of a surrogate pair.");
            }

            if (root.ValueKind == JsonValueKind.String)
            {
                var word = root.GetString();
                return Enum.GetValues<IntentVerb>().Where(verb => verb.Word() == word).Select(static verb => (IntentVerb?)verb).FirstOrDefault() is { } verb
                    ? (new AskIntentRequest { Verb = verb }, null)
                    : (null, "It is a text and no verb.");
            }

            if (root.ValueKind != JsonValueKind.Object)
            {
                return (null, "It is neither an object nor a verb.");
            }

            var (ask, problem) = IntentReader.Read(root);
            return (ask, problem?.Detail);
        }
        catch (JsonException)
        {
            return (null, "It is not valid JSON: it is cut off, too long, too deep or has a member twice.");
        }
    }

    private async Task<TakeEventOutcome> RejectAsync(TakeEventRequest request, string problem, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(request.RunId, cancellationToken) is null)
        {
            return TakeEventOutcome.NoRun;
        }

        Unreadable(logger, request.RunId, problem);
        var shown = request.Event.Text is { } text ? Clean(text) : null;
        await store.RejectEventAsync(
            request.RunId,
            new RejectedEvent { Id = request.Event.Id, At = time.GetUtcNow(), By = Raiser, Reason = problem, Beginning = shown },
            cancellationToken);
        return TakeEventOutcome.Rejected;
    }

    private static string Clean(string text)
    {
        var shown = text.Length > ShownLimit ? text[..ShownLimit] : text;
        return string.Concat(shown.Select(static c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c));
    }
}
