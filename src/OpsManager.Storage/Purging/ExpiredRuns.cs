using OpsManager.Core.Runs;

namespace OpsManager.Storage.Purging;

/// <summary>A part of the list, searched for runs that ended long ago.</summary>
/// <param name="Runs">Those that may be deleted.</param>
/// <param name="Held">Runs that ended as long ago but still hold their sprite, which only a person may decide about.</param>
/// <param name="Continuation">Where the next part begins; null after the last.</param>
public sealed record ExpiredRuns(IReadOnlyList<RunId> Runs, int Held, string? Continuation);
