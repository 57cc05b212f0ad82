namespace OpsManager.SuperloopSimulator.Roles;

/// <summary>Everything a role process is to do. Durations are final: the speed is in them already.</summary>
internal sealed record RoleOrder
{
    public required string Role { get; init; }

    public required int Iteration { get; init; }

    public required string LogFile { get; init; }

    public required string LastMessageFile { get; init; }

    public double DurationMs { get; init; }

    public double TickMs { get; init; }

    public bool Hangs { get; init; }

    public bool IgnoresTerm { get; init; }

    public int ExitCode { get; init; }

    public IReadOnlyList<string> Output { get; init; } = [];

    public string? Promise { get; init; }

    /// <summary>A file it works on, a line at each tick: what shows that an orphan still edits the repository.</summary>
    public string? WorkFile { get; init; }

    public IReadOnlyList<string> Checklists { get; init; } = [];

    public int ChecklistRemaining { get; init; }

    public double OrphanMs { get; init; }

    public double TimeoutMs { get; init; }

    public double InactivityMs { get; init; }

    public double KillAfterMs { get; init; }

    public string TimeoutText { get; init; } = "";
}
