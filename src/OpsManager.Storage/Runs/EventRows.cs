using OpsManager.Core.Runs;
using OpsManager.Storage.Documents;
using OpsManager.Storage.Gateway;

namespace OpsManager.Storage.Runs;

/// <summary>Cuts events into rows and rows into chunks, each of which is one transaction.</summary>
internal static class EventRows
{
    /// <summary>Events in one chunk at most.</summary>
    public const int ChunkEvents = 90;

    /// <summary>Rows of a chunk at most, in bytes as sent. The service's own limit of 4 MiB is for what is sent, base64 included.</summary>
    public const long ChunkBytes = 3 * 1024 * 1024;

    /// <summary>Envelopes packed into one row at most, in bytes before compression; a larger event has a row of its own.</summary>
    private const int PackBytes = 256 * 1024;

    /// <summary>The chunks, in order.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="events">Events with consecutive sequences.</param>
    public static IEnumerable<Chunk> Cut(RunId runId, IReadOnlyList<StoredEvent> events)
    {
        var rows = new List<Row>();
        var (count, bytes, at) = (0, 0L, 0);
        while (at < events.Count)
        {
            var row = Pack(runId, events, at, ChunkEvents - count);
            if (rows.Count > 0 && bytes + row.SentBytes > ChunkBytes)
            {
                yield return new Chunk(rows, events[at - 1]);
                (rows, count, bytes) = ([], 0, 0);

                // The row was cut to what was left of the chunk before; a fresh one may take more.
                row = Pack(runId, events, at, ChunkEvents);
            }

            rows.Add(row);
            count += row.Count;
            bytes += row.SentBytes;
            at += row.Count;
            if (count == ChunkEvents)
            {
                yield return new Chunk(rows, events[at - 1]);
                (rows, count, bytes) = ([], 0, 0);
            }
        }

        if (rows.Count > 0)
        {
            yield return new Chunk(rows, events[^1]);
        }
    }

    private static Row Pack(RunId runId, IReadOnlyList<StoredEvent> events, int from, int limit)
    {
        var pack = new List<StoredEvent>();
        var bytes = 0L;
        for (var at = from; at < events.Count && pack.Count < limit && (pack.Count == 0 || bytes + events[at].Envelope.Length <= PackBytes); at++)
        {
            pack.Add(events[at]);
            bytes += events[at].Envelope.Length;
        }

        var key = RowKeys.Event(pack[^1].Sequence);
        return new Row(key, pack.Count, Payload.Encode(EventPack.Write(pack), $"{runId}/{key}"));
    }

    /// <summary>One row of events.</summary>
    internal sealed record Row(string Key, int Count, EncodedPayload Payload)
    {
        /// <summary>Size as sent, with room for key and tags.</summary>
        public long SentBytes { get; } = 1024 + Payload.Properties.Sum(property => TableLimits.SentSizeOf(property.Key, property.Value));

        /// <summary>The insertion of it.</summary>
        public RowWrite Insert(string write) => RowWrite.Insert(Key, RowProperties.With(Payload.Properties, EventPack.Format.Version, write));
    }

    /// <summary>The rows of one transaction.</summary>
    internal sealed record Chunk(IReadOnlyList<Row> Rows, StoredEvent Last);
}
