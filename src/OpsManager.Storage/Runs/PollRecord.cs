namespace OpsManager.Storage.Runs;

/// <summary>What a poll leaves behind besides events.</summary>
/// <param name="Poll">How polling goes.</param>
/// <param name="Log">How far the log is read.</param>
/// <param name="Snapshot">The snapshot, if it differs from the last stored one.</param>
public sealed record PollRecord(PollStatus Poll, LogPosition Log, NewSnapshot? Snapshot);
