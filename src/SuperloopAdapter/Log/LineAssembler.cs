using System.Buffers;
using SuperloopAdapter.Hashing;

namespace SuperloopAdapter.Log;

/// <summary>
/// Cuts a stream of chunks into lines. Holds at most one line of <see cref="LogLine.MaxBytes"/>; of a longer one only size
/// and, where asked for, hash.
/// </summary>
internal sealed class LineAssembler(bool hashLongLines)
{
    private ArrayBufferWriter<byte> pending = new();
    private ResumableSha256? longLineHash;

    /// <summary>Bytes of the line that has begun and not ended.</summary>
    public long PendingBytes { get; private set; }

    /// <summary>Feeds a chunk; <paramref name="onLine"/> returns false to stop. Returns the bytes consumed.</summary>
    public int Feed(ReadOnlySpan<byte> chunk, Func<AssembledLine, bool> onLine)
    {
        var consumed = 0;
        while (true)
        {
            var rest = chunk[consumed..];
            var end = rest.IndexOf((byte)'\n');
            Append(end < 0 ? rest : rest[..end]);
            if (end < 0)
            {
                return chunk.Length;
            }

            consumed += end + 1;
            var line = PendingBytes > LogLine.MaxBytes
                ? new AssembledLine(default, PendingBytes, longLineHash?.Digest(), true)
                : new AssembledLine(pending.WrittenMemory, PendingBytes, null, false);
            var goOn = onLine(line);
            Reset();
            if (!goOn)
            {
                return consumed;
            }
        }
    }

    public void Reset()
    {
        PendingBytes = 0;
        if (pending.Capacity > 256 * 1024)
        {
            pending = new ArrayBufferWriter<byte>();
        }
        else
        {
            pending.ResetWrittenCount();
        }

        longLineHash = null;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        var before = PendingBytes;
        PendingBytes += bytes.Length;
        if (PendingBytes <= LogLine.MaxBytes)
        {
            pending.Write(bytes);
            return;
        }

        if (hashLongLines)
        {
            if (before <= LogLine.MaxBytes)
            {
                longLineHash = new ResumableSha256();
                longLineHash.Append(pending.WrittenSpan);
            }

            longLineHash!.Append(bytes);
        }

        if (before <= LogLine.MaxBytes)
        {
            pending = new ArrayBufferWriter<byte>();
        }
    }
}
