using System.Buffers;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Hashing;

namespace SuperloopAdapter.Log;

/// <summary>
/// What was gathered from the log up to a byte: lines, facts, the places of lines, the hash, and by what the log is known
/// again. Advances by the bytes that follow, and can be kept as it was after the last complete line.
/// </summary>
internal sealed class LogIndex
{
    private const int ChunkSize = 128 * 1024;

    /// <summary>Bytes that are read a second time at most when the log changed while it was read; of more, pieces are compared.</summary>
    private const int MaxSecondReading = 4 * 1024 * 1024;

    private readonly LineAssembler lines = new(hashLongLines: true);
    private readonly LogWindows windows;
    private readonly ResumableSha256 hash;
    private readonly byte[] hashAtLine = new byte[ResumableSha256.StateSize];
    private byte[] tailAtLine;
    private string? sha256;

    public LogIndex()
    {
        windows = new LogWindows();
        hash = new ResumableSha256();
        hash.Save(hashAtLine);
        tailAtLine = [];
        Checkpoints = new LogCheckpoints();
    }

    /// <summary>Takes up what was kept.</summary>
    public LogIndex(LogIndexRecord kept)
    {
        windows = new LogWindows(kept.Head, kept.Tail, kept.SampleStride, kept.Samples, kept.Bytes);
        hash = ResumableSha256.Restore(kept.HashState);
        kept.HashState.CopyTo(hashAtLine, 0);
        tailAtLine = kept.Tail;
        Checkpoints = new LogCheckpoints(kept.CheckpointStride, kept.Checkpoints);
        Facts = kept.Facts;
        FirstLineHash = kept.FirstLineHash;
        ScannedBytes = CompleteBytes = kept.Bytes;
        LineCount = kept.LineCount;
    }

    /// <summary>Bytes read.</summary>
    public long ScannedBytes { get; private set; }

    /// <summary>Bytes of complete lines.</summary>
    public long CompleteBytes { get; private set; }

    public long LineCount { get; private set; }

    /// <summary>What the complete lines say.</summary>
    public LogFacts Facts { get; private set; } = LogFacts.Empty;

    /// <summary>Beginning of the first line's hash; null until there is one.</summary>
    public string? FirstLineHash { get; private set; }

    public LogCheckpoints Checkpoints { get; }

    /// <summary>Hash of the bytes read.</summary>
    public string Sha256 => sha256 ??= Convert.ToHexStringLower(hash.Digest());

    /// <summary>
    /// Reads what follows, as far as the file went when it was opened: size and times then describe exactly what was read. False when the
    /// file was cut back or written anew meanwhile: what was read is then of two logs, and this index of none.
    /// </summary>
    public bool Advance(LogSource file)
    {
        var target = file.Identity.Size;
        if (ScannedBytes >= target)
        {
            return true;
        }

        sha256 = null;
        var (start, tail) = (ScannedBytes, windows.Tail);
        var state = new byte[ResumableSha256.StateSize];
        hash.Save(state);
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            while (ScannedBytes < target)
            {
                var read = file.Read(chunk.AsSpan(0, (int)Math.Min(ChunkSize, target - ScannedBytes)), ScannedBytes);
                if (read == 0)
                {
                    break;
                }

                Feed(chunk.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        // What was read before, in its last bytes, and what was read now are asked for again: who cuts back and writes on leaves no other trace.
        return LogWindows.Matches(file, tail, start - tail.Length)
            && windows.EndsMatch(file, ScannedBytes)
            && (file.IdentityNow() == file.Identity || (ScannedBytes - start > MaxSecondReading ? windows.SamplesMatch(file) : HashOf(file, ResumableSha256.Restore(state)) is { } again && again.AsSpan().SequenceEqual(hash.Digest())));
    }

    /// <summary>Whether the file begins with what was read, judged by its ends and, for an index of another process, by pieces in between.</summary>
    public bool IsBeginningOf(LogSource file, bool wasKept) =>
        windows.EndsMatch(file, ScannedBytes) && (!wasKept || windows.SamplesMatch(file));

    /// <summary>Whether the file is what was read, byte for byte.</summary>
    public bool IsWhole(LogSource file) => HashOf(file, new ResumableSha256()) is { } whole && whole.AsSpan().SequenceEqual(hash.Digest());

    /// <summary>The state after the last complete line: a torn line may still become anything.</summary>
    public LogIndexRecord Keep(FileIdentity identity, int timesReplaced) => new()
    {
        Identity = identity,
        Bytes = CompleteBytes,
        LineCount = LineCount,
        HashState = [.. hashAtLine],
        Head = windows.Head.Length <= CompleteBytes ? windows.Head : windows.Head[..(int)CompleteBytes],
        Tail = tailAtLine,
        SampleStride = windows.Stride,
        Samples = [.. windows.Samples.Take(windows.SamplesBefore(CompleteBytes))],
        CheckpointStride = Checkpoints.Stride,
        Checkpoints = [.. Checkpoints.Offsets],
        FirstLineHash = FirstLineHash,
        TimesReplaced = timesReplaced,
        Facts = Facts,
    };

    /// <summary>Goes on hashing to the place that was reached; null when the file ends before.</summary>
    private byte[]? HashOf(LogSource file, ResumableSha256 begun)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            while (begun.Length < ScannedBytes)
            {
                var read = file.Read(chunk.AsSpan(0, (int)Math.Min(ChunkSize, ScannedBytes - begun.Length)), begun.Length);
                if (read == 0)
                {
                    return null;
                }

                begun.Append(chunk.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        return begun.Digest();
    }

    private void Feed(ReadOnlySpan<byte> bytes)
    {
        var complete = bytes.LastIndexOf((byte)'\n') + 1;
        if (complete > 0)
        {
            hash.Append(bytes[..complete]);
            windows.Feed(bytes[..complete]);
            hash.Save(hashAtLine);
            tailAtLine = windows.Tail;
        }

        if (complete < bytes.Length)
        {
            hash.Append(bytes[complete..]);
            windows.Feed(bytes[complete..]);
        }

        ScannedBytes += bytes.Length;
        lines.Feed(bytes, AddLine);
    }

    private bool AddLine(AssembledLine line)
    {
        LineCount++;
        CompleteBytes += line.SizeBytes + 1;
        Checkpoints.Note(LineCount, CompleteBytes);
        if (LineCount == 1)
        {
            FirstLineHash = Convert.ToHexStringLower((line.LongLineHash ?? ResumableSha256.Hash(line.Bytes.Span)).AsSpan(0, 8));
        }

        using var judged = line.Judge();
        Facts = Facts.Add(LineCount, judged);
        return true;
    }
}
