namespace OpsManager.Storage.Runs;

/// <summary>That the engine of a run was replaced: a part of the run's audit trail. A stored document.</summary>
public sealed record EngineReplacement
{
    /// <summary>Generation of the engine that took over.</summary>
    public required int Generation { get; init; }

    /// <summary>When, on the manager's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who: <c>watchdog</c>.</summary>
    public required string By { get; init; }

    /// <summary>Status in which the former engine's instance was found, one word.</summary>
    public required string Found { get; init; }

    /// <summary>When the poll was due that the former engine did not make; null before its first.</summary>
    public DateTimeOffset? DueAt { get; init; }
}
