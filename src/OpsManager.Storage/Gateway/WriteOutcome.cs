namespace OpsManager.Storage.Gateway;

/// <summary>The answer to a write.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="ETags">The new tag of each row, in the order of the writes; empty for a deleted row. Empty unless written.</param>
internal sealed record WriteOutcome(WriteStatus Status, IReadOnlyList<string> ETags)
{
    public static WriteOutcome Refused(WriteStatus status) => new(status, []);
}
