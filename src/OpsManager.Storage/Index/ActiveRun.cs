using OpsManager.Core.Runs;

namespace OpsManager.Storage.Index;

/// <summary>A row of the active index.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Since">When the row was written, on the manager's clock.</param>
public sealed record ActiveRun(RunId RunId, DateTimeOffset Since);
