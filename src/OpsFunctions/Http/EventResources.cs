using OpsFunctions.Api;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>Makes the API's view of stored events.</summary>
public static class EventResources
{
    /// <summary>One event.</summary>
    public static EventResource From(RunHead head, StoredEvent stored) => new()
    {
        Sequence = stored.Sequence,
        Cursor = EventCursor.After(head, stored.Sequence).ToString(),
        Epoch = stored.Epoch,
        Line = stored.Line,
        Hash = stored.Hash,
        ReceivedAt = stored.ReceivedAt,
        QuarantineReason = stored.QuarantineReason,
        Envelope = stored.Envelope.IsEmpty ? null : new RawJson(stored.Envelope),
    };
}
