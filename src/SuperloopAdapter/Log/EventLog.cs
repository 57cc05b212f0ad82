using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using SuperloopAdapter.Artifacts;

namespace SuperloopAdapter.Log;

/// <summary>
/// The append-only reading of one events.jsonl: line count, hash, facts and places of lines are kept, and only appended
/// bytes are read. What is kept is verified on every reading: same file, not shorter, same beginning, same bytes before
/// the place where reading stopped; a file touched without growing is hashed anew. Anything else is another log and the
/// index is built again.
/// </summary>
internal sealed class EventLog : IDisposable
{
    /// <summary>Bytes a page reads at most after its first line, so that a log of blank lines cannot hold a reader.</summary>
    private const long PageReadBound = 16 * 1024 * 1024;

    private const int ChunkSize = 128 * 1024;
    private const int WindowSize = 4096;

    private readonly Lock gate = new();
    private readonly SuperloopFolder folder;
    private readonly string relativePath;

    private LineAssembler lines = new(hashLongLines: true);
    private IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private LogCheckpoints checkpoints = new();
    private LogFacts facts = LogFacts.Empty;
    private FileIdentity? known;
    private long scannedBytes;
    private long completeBytes;
    private long lineCount;
    private byte[] head = [];
    private byte[] tail = [];
    private string? sha256;
    private string? contentEpoch;
    private readonly Dictionary<string, int> retired = new(StringComparer.Ordinal);

    public EventLog(SuperloopFolder folder, string loopId)
    {
        this.folder = folder;
        relativePath = SuperloopFolder.LoopFile(loopId, "events.jsonl");
        Path = SuperloopFolder.ContractPath(relativePath);
    }

    /// <summary>Path relative to the repository.</summary>
    public string Path { get; }

    /// <summary>Bytes read from the log so far, by the index and by pages.</summary>
    public long BytesRead { get; private set; }

    /// <summary>How often the index was begun anew because the log was another one.</summary>
    public int Rebuilds { get; private set; }

    /// <summary>The log as it is now.</summary>
    public LogView Refresh()
    {
        lock (gate)
        {
            using var file = folder.Open(relativePath);
            return Refresh(file);
        }
    }

    /// <summary>The events after a cursor.</summary>
    /// <param name="cursor">Lines already known.</param>
    /// <param name="maxEvents">Envelopes at most.</param>
    /// <param name="maxBytes">Bytes of envelopes at most; the first one is always given.</param>
    /// <param name="envelope">Makes the envelope of a line that is not blank.</param>
    public LogPage ReadPage(long cursor, int maxEvents, int maxBytes, Func<long, AssembledLine, LogLine, LogView, ReadOnlyMemory<byte>> envelope)
    {
        lock (gate)
        {
            using var file = folder.Open(relativePath);
            var view = Refresh(file);
            if (cursor > view.LineCount)
            {
                throw new AdapterException(AdapterError.CursorAhead(cursor, view.LineCount));
            }

            return file is null || cursor == view.LineCount
                ? new LogPage([], cursor, view)
                : ReadPage(file.Handle, view, cursor, maxEvents, maxBytes, envelope);
        }
    }

    public void Dispose()
    {
        lines.Dispose();
        hash.Dispose();
    }

    private LogPage ReadPage(
        SafeFileHandle file, LogView view, long cursor, int maxEvents, int maxBytes,
        Func<long, AssembledLine, LogLine, LogView, ReadOnlyMemory<byte>> envelope)
    {
        var (number, offset) = checkpoints.Before(cursor);
        var pageStart = offset;
        var end = cursor;
        long bytes = 0;
        var full = false;
        List<ReadOnlyMemory<byte>> envelopes = [];
        using var assembler = new LineAssembler(hashLongLines: true);
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            while (!full && offset < completeBytes && (end == cursor || offset - pageStart < PageReadBound))
            {
                var read = Read(file, chunk.AsSpan(0, (int)Math.Min(ChunkSize, completeBytes - offset)), offset);
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
                        if (envelopes.Count > 0 && bytes + made.Length > maxBytes)
                        {
                            full = true;
                            return false;
                        }

                        bytes += made.Length;
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

    private LogView Refresh(OpenedFile? file)
    {
        if (file is null)
        {
            if (known is not null)
            {
                Restart();
            }

            return LogView.Absent;
        }

        if (known is not null && !IsContinued(file))
        {
            Restart();
        }

        known = file.Identity;
        Scan(file);
        return new LogView(
            true, lineCount, scannedBytes, sha256 ??= Convert.ToHexStringLower(hash.GetCurrentHash()), file.Identity.ModifiedSeconds, Epoch(), facts);
    }

    /// <summary>Whether what was read before is still what the file begins with.</summary>
    private bool IsContinued(OpenedFile file)
    {
        var now = file.Identity;
        if (now == known && now.Size == scannedBytes)
        {
            return true;
        }

        if (!now.IsSameFileAs(known!.Value) || now.Size < scannedBytes)
        {
            return false;
        }

        return now.Size == scannedBytes
            ? HashOf(file.Handle, scannedBytes).AsSpan().SequenceEqual(hash.GetCurrentHash())
            : Matches(file.Handle, head, 0) && Matches(file.Handle, tail, scannedBytes - tail.Length);
    }

    private void Scan(OpenedFile file)
    {
        // Not beyond the size at opening: size and times then describe exactly the bytes that were read.
        var target = file.Identity.Size;
        if (scannedBytes >= target)
        {
            return;
        }

        sha256 = null;
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            while (scannedBytes < target)
            {
                var read = Read(file.Handle, chunk.AsSpan(0, (int)Math.Min(ChunkSize, target - scannedBytes)), scannedBytes);
                if (read == 0)
                {
                    break;
                }

                var bytes = chunk.AsSpan(0, read);
                hash.AppendData(bytes);
                KeepWindows(bytes);
                scannedBytes += read;
                lines.Feed(bytes, AddLine);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private bool AddLine(AssembledLine line)
    {
        lineCount++;
        completeBytes += line.SizeBytes + 1;
        checkpoints.Note(lineCount, completeBytes);
        if (lineCount == 1)
        {
            var first = line.LongLineHash ?? SHA256.HashData(line.Bytes.Span);
            contentEpoch = Convert.ToHexStringLower(first.AsSpan(0, 8));
        }

        using var judged = line.Judge();
        facts = facts.Add(lineCount, judged);
        return true;
    }

    /// <summary>
    /// A log replaced by one of the same base epoch (cut back to its beginning, say) is told apart by a counter. It lasts as
    /// long as this process; after a restart the reader sees yet another epoch and compares line hashes: the safe side.
    /// </summary>
    private string? Epoch() => BaseEpoch() is { } epoch && retired.TryGetValue(epoch, out var times) ? $"{epoch}.{times}" : BaseEpoch();

    /// <summary>The first line names the log (it holds the time of the first start), the inode tells a copy from the original.</summary>
    private string? BaseEpoch()
    {
        if (contentEpoch is null || known is not { } identity)
        {
            return null;
        }

        Span<byte> inode = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(inode, identity.Inode);
        return contentEpoch + Convert.ToHexStringLower(SHA256.HashData(inode).AsSpan(0, 4));
    }

    private void Restart()
    {
        Rebuilds++;
        if (BaseEpoch() is { } old)
        {
            retired[old] = retired.GetValueOrDefault(old) + 1;
        }

        lines.Dispose();
        lines = new LineAssembler(hashLongLines: true);
        hash.Dispose();
        hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        checkpoints = new LogCheckpoints();
        facts = LogFacts.Empty;
        known = null;
        scannedBytes = completeBytes = lineCount = 0;
        head = tail = [];
        sha256 = contentEpoch = null;
    }

    private void KeepWindows(ReadOnlySpan<byte> bytes)
    {
        if (head.Length < WindowSize)
        {
            head = [.. head, .. bytes[..Math.Min(bytes.Length, WindowSize - head.Length)]];
        }

        tail = bytes.Length >= WindowSize
            ? bytes[^WindowSize..].ToArray()
            : [.. tail.AsSpan(Math.Max(0, tail.Length + bytes.Length - WindowSize)), .. bytes];
    }

    private bool Matches(SafeFileHandle file, byte[] expected, long offset)
    {
        Span<byte> actual = stackalloc byte[WindowSize];
        actual = actual[..expected.Length];
        var filled = 0;
        while (filled < actual.Length)
        {
            var read = Read(file, actual[filled..], offset + filled);
            if (read == 0)
            {
                return false;
            }

            filled += read;
        }

        return actual.SequenceEqual(expected);
    }

    private byte[] HashOf(SafeFileHandle file, long length)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            for (long offset = 0; offset < length;)
            {
                var read = Read(file, chunk.AsSpan(0, (int)Math.Min(ChunkSize, length - offset)), offset);
                if (read == 0)
                {
                    break;
                }

                all.AppendData(chunk.AsSpan(0, read));
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        return all.GetHashAndReset();
    }

    private int Read(SafeFileHandle file, Span<byte> target, long offset)
    {
        var read = RandomAccess.Read(file, target, offset);
        BytesRead += read;
        return read;
    }
}
