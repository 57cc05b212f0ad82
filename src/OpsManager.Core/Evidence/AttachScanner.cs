namespace OpsManager.Core.Evidence;

/// <summary>
/// Finds the line an attached run begins at. The poller feeds it every line of the log from the first, in pages if it likes, and
/// asks <see cref="BaseLine"/> once it has reached the log's end. Lines before the base are skipped, not stored.
/// </summary>
public static class AttachScanner
{
    /// <summary>Takes one more line into account. A line already looked at changes nothing.</summary>
    public static AttachScan Apply(AttachScan scan, EventFact fact)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(fact);
        if (fact.Line <= scan.Line)
        {
            return scan;
        }

        var next = scan with { Line = fact.Line };
        return fact.Name switch
        {
            // Two launches in a row: the first was no wait, or a wait whose second line got lost. Either way the newer one counts.
            RuntimeEvents.LoopStart => next with
            {
                Candidate = scan.Unconfirmed ?? scan.Candidate,
                Unconfirmed = new PendingLoopStart(fact.RuntimeRunId, fact.Epoch, fact.Line, fact.Timestamp),
            },
            RuntimeEvents.ApprovalWait => next with { Unconfirmed = null },

            // A decision is logged by another process and an unreadable line may be anything: neither tells what the launch was.
            RuntimeEvents.ApprovalDecision or EventFact.QuarantinedName => next,
            _ => next with { Candidate = scan.Unconfirmed ?? scan.Candidate, Unconfirmed = null },
        };
    }

    /// <summary>Takes more lines into account.</summary>
    public static AttachScan Apply(AttachScan scan, IEnumerable<EventFact> facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return facts.Aggregate(scan, Apply);
    }

    /// <summary>
    /// Lines before the first one of the run: the cursor it starts to store from. To be asked at the log's end. A launch that is
    /// the last line is taken: if it turns out to be a mere wait, the run begins with a candidate that awaits its decision. Without
    /// any launch the run begins with the next line.
    /// </summary>
    public static long BaseLine(AttachScan scan)
    {
        ArgumentNullException.ThrowIfNull(scan);
        return (scan.Unconfirmed ?? scan.Candidate) is { } launch ? launch.Line - 1 : scan.Line;
    }
}
