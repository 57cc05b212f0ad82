using OpsManager.Contract;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Evidence;

/// <summary>
/// Reads what a decision needs out of an event envelope. Never throws: a member of another kind than expected counts as absent,
/// since one odd line must not stop a run.
/// </summary>
public static class EventFactReader
{
    // Evidence is carried in the head of the run; the full text stays in the event's row.
    private const int WordLimit = 128;
    private const int NoteLimit = 512;

    /// <summary>The fact of a readable line.</summary>
    /// <param name="envelope">The event as received.</param>
    /// <param name="sequence">The manager's number of it.</param>
    /// <param name="epoch">Epoch of the log.</param>
    /// <param name="line">Line within the epoch, from 1.</param>
    public static EventFact Read(LoopRunEvent envelope, long sequence, int epoch, long line)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        var body = envelope.Event;
        if (body is null || string.IsNullOrWhiteSpace(body.Name))
        {
            return Quarantined(sequence, epoch, line);
        }

        var data = body.Payload;
        return new EventFact
        {
            Sequence = sequence,
            Epoch = epoch,
            Line = line,
            Name = LenientJson.Bounded(body.Name, WordLimit)!,
            RuntimeRunId = LenientJson.Bounded(envelope.Run?.RunId, WordLimit),
            Iteration = envelope.Run?.Iteration is >= 0 and var iteration ? iteration : null,
            Role = LenientJson.Bounded(body.Role, WordLimit),
            Status = LenientJson.Bounded(body.Status ?? LenientJson.Text(data, "status"), WordLimit),
            Reason = LenientJson.Bounded(LenientJson.Text(data, "reason"), WordLimit),
            Timestamp = LenientJson.Time(body.Timestamp),
            DecidedBy = LenientJson.Bounded(LenientJson.Text(data, "by"), WordLimit),
            Note = LenientJson.Bounded(LenientJson.Text(data, "note"), NoteLimit),
            TimeoutSeconds = LenientJson.Number(data, "timeout_seconds") is > 0 and var seconds ? seconds : null,
        };
    }

    /// <summary>The fact of a line that could not be read: it keeps its number, and says nothing.</summary>
    public static EventFact Quarantined(long sequence, int epoch, long line) =>
        new() { Sequence = sequence, Epoch = epoch, Line = line, Name = EventFact.QuarantinedName };
}
