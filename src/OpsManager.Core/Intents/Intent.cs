using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Intents;

/// <summary>Something that was asked of a run, and what became of it. While it is open it is carried by the run.</summary>
public sealed record Intent
{
    /// <summary>Its id.</summary>
    public required IntentId Id { get; init; }

    /// <summary>1, 2, ... within the run, in the order of acceptance.</summary>
    public required long Number { get; init; }

    /// <summary>What is asked.</summary>
    public required IntentVerb Verb { get; init; }

    /// <summary>Where it stands.</summary>
    public required IntentStatus Status { get; init; }

    /// <summary>Who asks: a person, <c>manager</c> or <c>policy:&lt;name&gt;</c>.</summary>
    public required string By { get; init; }

    /// <summary>Why; at most 4 KiB of UTF-8.</summary>
    public string? Note { get; init; }

    /// <summary>When it was accepted, on the manager's clock.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>Of approve and reject: the candidate.</summary>
    public Candidate? Candidate { get; init; }

    /// <summary>
    /// Of pause and resume: the attempt whose process is meant. Of relaunch: the number it is launched under, which is above that of the
    /// attempt it begins where launches before it began none. Null for all of the run.
    /// </summary>
    public int? Attempt { get; init; }

    /// <summary>Of relaunch: the attempts that the log showed when it was accepted; null in one that was stored before it was kept.</summary>
    public int? AttemptsBefore { get; init; }

    /// <summary>How often it was sent.</summary>
    public int Sends { get; init; }

    /// <summary>When it is sent again, unless its effect was seen by then; null when it is not to be sent now.</summary>
    public DateTimeOffset? SendAt { get; init; }

    /// <summary>When the adapter took it.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>When its present status is given up; null if it may last.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>W3C trace context of the request.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Hash of the request, to tell its repeat from another request under the same id; null for what the manager asks itself.</summary>
    public string? RequestHash { get; init; }

    /// <summary>
    /// Of a resume: whether launches stay held. The leader is let go only because it was stopped while a candidate waits, and so
    /// could neither exit nor be decided on.
    /// </summary>
    public bool KeepsHold { get; init; }

    /// <summary>Its steps, oldest first; repeated sends are one step.</summary>
    public ValueList<IntentStep> Steps { get; init; } = [];

    /// <summary>Whether nothing more will become of it.</summary>
    [JsonIgnore]
    public bool IsFinal => Status >= IntentStatus.Confirmed;

    /// <summary>Whether the manager asks itself.</summary>
    [JsonIgnore]
    public bool IsAutomatic => By == "manager" || By.StartsWith("policy:", StringComparison.Ordinal);
}
