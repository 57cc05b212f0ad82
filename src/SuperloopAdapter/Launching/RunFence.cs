namespace SuperloopAdapter.Launching;

/// <summary>
/// The highest order and generation seen of a Loop Run, and whether it was cancelled. Calls that are older come from an engine
/// that was replaced.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="Generation">Generation of the newest call.</param>
/// <param name="Order">Its order.</param>
/// <param name="Attempt">The last attempt launched; 0 for none, null in a record of a version that wrote only launches.</param>
/// <param name="IntentId">The intent of the newest call: the same call may be repeated under its order.</param>
/// <param name="Tombstone">Set when the run was cancelled.</param>
internal sealed record RunFence(string RunId, int Generation, long Order, int? Attempt = null, string? IntentId = null, Tombstone? Tombstone = null);
