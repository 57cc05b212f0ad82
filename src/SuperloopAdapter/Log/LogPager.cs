using System.Buffers;

namespace SuperloopAdapter.Log;

/// <summary>Reads the lines after a cursor, from the nearest known place before it.</summary>
internal static class LogPager
{
    /// <summary>Bytes a page reads at most after its first line, so that a log of blank lines cannot hold a reader.</summary>
    private const long ReadBound = 16 * 1024 * 1024;

    private const int ChunkSize = 128 * 1024;

    public static LogPage Read(
        LogSource file, LogIndex index, LogView view, long cursor, int maxEvents, int maxBytes,
        Func<long, AssembledLine, LogLine, LogView, ReadOnlyMemory<byte>> envelope)
    {
        var (number, offset) = index.Checkpoints.Before(cursor);
        var pageStart = offset;
        var end = cursor;
        long bytes = 0;
        var full = false;
        List<ReadOnlyMemory<byte>> envelopes = [];
        var assembler = new LineAssembler(hashLongLines: true);
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            while (!full && offset < index.CompleteBytes && (end == cursor || offset - pageStart < ReadBound))
            {
                var read = file.Read(chunk.AsSpan(0, (int)Math.Min(ChunkSize, index.CompleteBytes - offset)), offset);
                if (read == 0)
                {
                    break;
                }

                offset += read;
                assembler.Feed(chunk.AsSpan(0, read), line =>
                {
                    number++;
                    if (number <= cursor)
                    {
                        return true;
                    }

                    using var judged = line.Judge();
                    if (judged.Kind != LineKind.Blank)
                    {
                        var made = envelope(number, line, judged, view);
                        if (envelopes.Count > 0 && bytes + made.Length + 1 > maxBytes)
                        {
                            full = true;
                            return false;
                        }

                        bytes += made.Length + 1;
                        envelopes.Add(made);
                    }

                    end = number;
                    full = envelopes.Count >= maxEvents;
                    return !full;
                });
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        return new LogPage(envelopes, end, view);
    }
}
