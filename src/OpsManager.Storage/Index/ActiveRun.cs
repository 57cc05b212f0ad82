using OpsManager.Core.Runs;

namespace OpsManager.Storage.Index;

/// <summary>A row of the active index.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Since">When the row was written, on the manager's clock.</param>
public sealed record ActiveRun(RunId RunId, DateTimeOffset Since)
{
    /// <summary>
    /// Whether the run has ended without proof that nothing of it lives. It needs no engine any more but still holds its sprite, and
    /// stays here until the proof comes.
    /// </summary>
    public bool Ended { get; init; }
}
