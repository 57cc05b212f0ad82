using System.Text.Json;
using OpsManager.Core;
using OpsManager.Core.Primitives;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Documents;

/// <summary>
/// Several consecutive events in one row: a JSON header in one line, then the envelopes byte for byte, one after the other. Small events
/// compress well together, and a page of them is a few rows.
/// </summary>
internal static class EventPack
{
    /// <summary>The header's format; the bytes after it have no version of their own.</summary>
    public static DocumentFormat<Header> Format { get; } = new("event row");

    /// <summary>The content of a row.</summary>
    public static byte[] Write(IReadOnlyList<StoredEvent> events)
    {
        var header = new Header(events
            .Select(item => new Entry(item.Sequence, item.Epoch, item.Line, item.Hash, item.ReceivedAt, item.QuarantineReason, item.Envelope.Length))
            .ToValueList());
        using var content = new MemoryStream();
        content.Write(DocumentFormat<Header>.Write(header));
        content.WriteByte((byte)'\n');
        foreach (var item in events)
        {
            content.Write(item.Envelope.Span);
        }

        return content.ToArray();
    }

    /// <summary>The events of a row.</summary>
    /// <exception cref="UnreadableDocumentException">It is damaged or newer than this reader.</exception>
    public static IEnumerable<StoredEvent> Read(TableRow row, byte[] content)
    {
        var end = Array.IndexOf(content, (byte)'\n');
        var header = Format.Read(row, content.AsSpan(0, Math.Max(end, 0)));
        var at = end + 1;
        if (header.Events.Sum(item => (long)item.Length) != content.Length - at)
        {
            throw new UnreadableDocumentException($"The event row {row.PartitionKey}/{row.RowKey} is damaged: its envelopes do not add up.");
        }

        foreach (var item in header.Events)
        {
            yield return new StoredEvent
            {
                Sequence = item.Sequence,
                Epoch = item.Epoch,
                Line = item.Line,
                Hash = item.Hash,
                ReceivedAt = item.ReceivedAt,
                QuarantineReason = item.QuarantineReason,
                Envelope = content.AsMemory(at, item.Length),
            };
            at += item.Length;
        }
    }

    /// <summary>What the events are, in order.</summary>
    internal sealed record Header(ValueList<Entry> Events);

    /// <summary>One event, without its envelope.</summary>
    internal sealed record Entry(long Sequence, int Epoch, long Line, string Hash, DateTimeOffset ReceivedAt, string? QuarantineReason, int Length);
}
