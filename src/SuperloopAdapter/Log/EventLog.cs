using System.Buffers.Binary;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Hashing;

namespace SuperloopAdapter.Log;

/// <summary>
/// The append-only reading of one events.jsonl: line count, hash, facts and places of lines are kept, in memory and on disk,
/// and only appended bytes are read. What is kept is verified on every reading: same file, not shorter, same beginning, same
/// bytes before the place where reading stopped, and, when it comes from disk, the same pieces in between; a file touched
/// without growing is hashed anew. Anything else is another log and the index is built again. What is answered is of one log, also
/// when it is replaced while it is read.
/// </summary>
internal sealed class EventLog
{
    private const int MaxReadings = 5;

    private readonly Lock gate = new();
    private readonly SuperloopFolder folder;
    private readonly LogIndexStore store;
    private readonly string relativePath;
    private readonly Dictionary<string, int> replaced = new(StringComparer.Ordinal);

    private LogIndex index = new();
    private FileIdentity? known;
    private bool isLoaded;
    private bool isUnproven;
    private bool isTouched;
    private long keptBytes;

    public EventLog(SuperloopFolder folder, string loopId)
    {
        this.folder = folder;
        store = new LogIndexStore(folder, loopId);
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
    public LogView Refresh() => Settle(static (_, view) => view);

    /// <summary>The events after a cursor.</summary>
    /// <param name="cursor">Lines already known.</param>
    /// <param name="maxEvents">Envelopes at most.</param>
    /// <param name="maxBytes">Bytes of envelopes, each with a separator, at most; the first one is always given.</param>
    /// <param name="envelope">Makes the envelope of a line that is not blank.</param>
    public LogPage ReadPage(long cursor, int maxEvents, int maxBytes, Func<long, AssembledLine, LogLine, LogView, ReadOnlyMemory<byte>> envelope) => Settle((source, view) =>
    {
        if (cursor > view.LineCount)
        {
            throw new AdapterException(AdapterError.CursorAhead(cursor, view.LineCount));
        }

        if (source is null || cursor == view.LineCount)
        {
            return new LogPage([], cursor, view);
        }

        var page = LogPager.Read(source, index, view, cursor, maxEvents, maxBytes, envelope);
        return index.IsBeginningOf(source, wasKept: false) ? page : null;
    });

    /// <summary>
    /// Reads until what was read is of one log. One that is cut back or written anew meanwhile is read again from its beginning; one that never
    /// holds still is unreadable, which is said rather than a mixture.
    /// </summary>
    /// <param name="read">Takes what is wanted from the opened log, null if there is none; gives null when it has become another one meanwhile.</param>
    private T Settle<T>(Func<LogSource?, LogView, T?> read)
        where T : class
    {
        lock (gate)
        {
            for (var reading = 1; reading <= MaxReadings; reading++)
            {
                using var file = folder.Open(relativePath);
                if (file is null)
                {
                    return read(null, Vanish())!;
                }

                var source = new LogSource(file);
                try
                {
                    if (Refresh(source) is { } view && read(source, view) is { } result)
                    {
                        return result;
                    }
                }
                finally
                {
                    BytesRead += source.BytesRead;
                }

                Restart();
            }
        }

        throw new AdapterException(AdapterError.Unreadable(Path));
    }

    private LogView Vanish()
    {
        if (known is not null)
        {
            Restart();
        }

        return LogView.Absent;
    }

    private LogView? Refresh(LogSource file)
    {
        Load();
        if (known is not null && !IsContinued(file))
        {
            Restart();
        }

        known = file.Identity;
        if (!index.Advance(file))
        {
            return null;
        }

        Keep(file);
        return new LogView(true, index.LineCount, index.ScannedBytes, index.Sha256, file.Identity.ModifiedSeconds, Epoch(), index.Facts);
    }

    /// <summary>What an earlier process kept is taken up as if this one had read it, and then proven in the same way.</summary>
    private void Load()
    {
        if (isLoaded)
        {
            return;
        }

        isLoaded = true;
        if (store.Load() is not { } kept)
        {
            return;
        }

        index = new LogIndex(kept);
        known = kept.Identity;
        keptBytes = kept.Bytes;
        isUnproven = true;
        if (kept.TimesReplaced > 0 && BaseEpoch() is { } epoch)
        {
            replaced[epoch] = kept.TimesReplaced;
        }
    }

    /// <summary>Whether what was read before is still what the file begins with.</summary>
    private bool IsContinued(LogSource file)
    {
        var now = file.Identity;
        if (now == known && now.Size == index.ScannedBytes)
        {
            return true;
        }

        if (!now.IsSameFileAs(known!.Value) || now.Size < index.ScannedBytes)
        {
            return false;
        }

        if (now.Size == index.ScannedBytes)
        {
            isTouched = index.IsWhole(file);
            return isTouched;
        }

        if (!index.IsBeginningOf(file, isUnproven))
        {
            return false;
        }

        isUnproven = false;
        return true;
    }

    private void Keep(LogSource file)
    {
        if (index.CompleteBytes < LogIndexStore.MinLogBytes || !(isTouched || index.CompleteBytes - keptBytes >= store.Interval))
        {
            return;
        }

        isTouched = false;
        keptBytes = index.CompleteBytes;
        store.Save(index.Keep(file.Identity, BaseEpoch() is { } epoch ? replaced.GetValueOrDefault(epoch) : 0));
    }

    private void Restart()
    {
        Rebuilds++;
        if (BaseEpoch() is { } old)
        {
            replaced[old] = replaced.GetValueOrDefault(old) + 1;
        }

        index = new LogIndex();
        known = null;
        keptBytes = 0;
        isUnproven = isTouched = false;
    }

    /// <summary>
    /// A log replaced by one of the same base epoch (cut back to its beginning, say) is told apart by a counter. It lasts as
    /// long as this process or the kept index; a reader that then sees yet another epoch compares line hashes: the safe side.
    /// </summary>
    private string? Epoch() => BaseEpoch() is { } epoch && replaced.TryGetValue(epoch, out var times) ? $"{epoch}.{times}" : BaseEpoch();

    /// <summary>The first line names the log (it holds the time of the first start), the inode tells a copy from the original.</summary>
    private string? BaseEpoch()
    {
        if (index.FirstLineHash is null || known is not { } identity)
        {
            return null;
        }

        Span<byte> inode = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(inode, identity.Inode);
        return index.FirstLineHash + Convert.ToHexStringLower(ResumableSha256.Hash(inode).AsSpan(0, 4));
    }
}
