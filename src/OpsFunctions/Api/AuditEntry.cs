namespace OpsFunctions.Api;

/// <summary>One thing that happened to a run: who did what, when, why, and what came of it.</summary>
public sealed record AuditEntry
{
    /// <summary>When, on the manager's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What it is about.</summary>
    public required AuditKind Kind { get; init; }

    /// <summary>Who: a caller by the name it gave, <c>manager</c>, <c>policy:&lt;name&gt;</c>, <c>adapter</c>, <c>runtime</c>, <c>watchdog</c> or <c>durable-api</c>.</summary>
    public required string By { get; init; }

    /// <summary>What: the state entered, the verb asked, the code of the escalation.</summary>
    public required string What { get; init; }

    /// <summary>What came of it: the status the intent entered, <c>raised</c>, <c>acknowledged</c> or <c>resolved</c>, <c>changed</c>, <c>rejected</c>, <c>replaced</c>; of a transition the state before.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why: the reason code of a transition or a step; of an engine that was replaced the status it was found in.</summary>
    public string? Reason { get; init; }

    /// <summary>The note of who asked.</summary>
    public string? Note { get; init; }

    /// <summary>What it rests on, in words.</summary>
    public string? Evidence { get; init; }

    /// <summary>Of an intent: how it stands now, which is whether it happened.</summary>
    public string? Result { get; init; }

    /// <summary>Number of the transition, intent or escalation; generation of the engine that took over.</summary>
    public long? Number { get; init; }

    /// <summary>Where more is to be read of it.</summary>
    public required string Link { get; init; }
}
