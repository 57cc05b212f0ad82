namespace OpsManager.Core.Evidence;

/// <summary>The search for the line an attached run begins at: the newest <c>loop_start</c> that was no mere wait for approval.</summary>
/// <param name="Line">Lines looked at so far.</param>
/// <param name="Candidate">The newest launch found.</param>
/// <param name="Unconfirmed">A launch whose next event has not been seen: it may still be a mere wait.</param>
public sealed record AttachScan(long Line, PendingLoopStart? Candidate, PendingLoopStart? Unconfirmed)
{
    /// <summary>Nothing looked at yet.</summary>
    public static AttachScan Beginning { get; } = new(0, null, null);
}
