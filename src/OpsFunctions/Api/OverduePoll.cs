using OpsManager.Core.Runs;

namespace OpsFunctions.Api;

/// <summary>A poll that should have happened.</summary>
/// <param name="RunId">The run.</param>
/// <param name="DueAt">When it was due.</param>
/// <param name="OverdueSeconds">For how long it has been.</param>
/// <param name="Link">Address of the run.</param>
public sealed record OverduePoll(RunId RunId, DateTimeOffset DueAt, double OverdueSeconds, string Link);
