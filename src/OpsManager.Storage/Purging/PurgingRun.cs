using OpsManager.Core.Runs;

namespace OpsManager.Storage.Purging;

/// <summary>A run that is being deleted.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Since">When its deletion was begun, on the manager's clock.</param>
public sealed record PurgingRun(RunId RunId, DateTimeOffset Since);
