using OpsFunctions.Middleware;
using OpsManager.Core.Intents;
using OpsManager.Core.Runs;

namespace OpsFunctions.Api;

/// <summary>Something that was asked of a run, and what became of it.</summary>
public sealed record IntentResource
{
    /// <summary>Its id.</summary>
    public required IntentId Id { get; init; }

    /// <summary>The run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>1, 2, ... within the run, in the order in which they were asked.</summary>
    public required long Number { get; init; }

    /// <summary>What is asked.</summary>
    public required IntentVerb Verb { get; init; }

    /// <summary>Where it stands.</summary>
    public required IntentStatus Status { get; init; }

    /// <summary>Whether nothing more will become of it.</summary>
    public required bool Final { get; init; }

    /// <summary>Who asks: a caller by the name it gave, <c>api</c> without one, <c>durable-api</c>, <c>manager</c> or <c>policy:&lt;name&gt;</c>.</summary>
    public required string By { get; init; }

    /// <summary>Why.</summary>
    public string? Note { get; init; }

    /// <summary>Of approve and reject: the candidate.</summary>
    public Candidate? Candidate { get; init; }

    /// <summary>Of pause and resume: the attempt whose process is meant. Of relaunch: the attempt it begins.</summary>
    public int? Attempt { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>How often it was sent to the adapter.</summary>
    public required int Sends { get; init; }

    /// <summary>When it is sent again, unless its effect is seen by then.</summary>
    public DateTimeOffset? SendAt { get; init; }

    /// <summary>When the adapter took it.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>When its present status is given up.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Its steps, oldest first.</summary>
    public required IReadOnlyList<IntentStep> Steps { get; init; }

    /// <summary>The trace of the request.</summary>
    public string? TraceId { get; init; }

    /// <summary>Where it is.</summary>
    public required string Link { get; init; }

    /// <summary>The view of an intent.</summary>
    public static IntentResource From(RunId runId, Intent intent, ApiLinks links)
    {
        ArgumentNullException.ThrowIfNull(intent);
        ArgumentNullException.ThrowIfNull(links);
        return new IntentResource
        {
            Id = intent.Id,
            RunId = runId,
            Number = intent.Number,
            Verb = intent.Verb,
            Status = intent.Status,
            Final = intent.IsFinal,
            By = intent.By,
            Note = intent.Note,
            Candidate = intent.Candidate,
            Attempt = intent.Attempt,
            AcceptedAt = intent.AcceptedAt,
            Sends = intent.Sends,
            SendAt = intent.SendAt,
            DeliveredAt = intent.DeliveredAt,
            Deadline = intent.Deadline,
            Steps = intent.Steps,
            TraceId = RequestTrace.IdOf(intent.TraceParent),
            Link = links.Intent(runId, intent.Id),
        };
    }
}
