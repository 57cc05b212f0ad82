namespace OpsManager.Storage.Purging;

/// <summary>Why and for whom a run is deleted. Kept for ever in the run's creation row.</summary>
/// <param name="At">When it was asked for, on the manager's clock.</param>
/// <param name="Cause">One of <see cref="PurgeCauses"/>.</param>
/// <param name="By">Who asked, by their own account; null if they did not say.</param>
/// <param name="ReleaseClaim">Whether the sprite is given back although nobody has proven that nothing of the run lives on it.</param>
public sealed record PurgeOrder(DateTimeOffset At, string Cause, string? By, bool ReleaseClaim);
