namespace SuperloopAdapter.Launching;

/// <summary>A run was cancelled: it is never started again.</summary>
/// <param name="At">When.</param>
/// <param name="IntentId">By which intent.</param>
/// <param name="By">By whom.</param>
internal sealed record Tombstone(string At, string? IntentId, string? By);
