using SuperloopAdapter.Artifacts;

namespace SuperloopAdapter.Log;

/// <summary>
/// Keeps the index of a log on disk, among the adapter's own files and never among the runtime's, so that a one-shot call
/// need not read what an earlier one read. A shortcut and nothing else: whatever is wrong with it, the log is read instead.
/// </summary>
internal sealed class LogIndexStore(SuperloopFolder folder, string loopId)
{
    /// <summary>A shorter log is read faster than an index is proven, and gets none.</summary>
    public const int MinLogBytes = 64 * 1024;

    private const int MaxIndexBytes = 1024 * 1024;

    private readonly string root = $"ops/loops/{loopId}";
    private int size;

    /// <summary>Bytes by which the log must grow before its index is kept again: never more is written than was appended.</summary>
    public int Interval => Math.Max(MinLogBytes, size);

    /// <summary>What was kept, or null. Says nothing about whether it is about the log that is there now.</summary>
    public LogIndexRecord? Load()
    {
        try
        {
            var bytes = folder.ReadSmall(PathOf(root), MaxIndexBytes);
            size = bytes?.Length ?? 0;
            return bytes is null ? null : LogIndexFormat.Decode(bytes);
        }
        catch (Exception e) when (e is AdapterException or IOException or UnauthorizedAccessException)
        {
            // A link, a folder, another user's file in its place: no index.
            return null;
        }
    }

    /// <summary>Puts the index in the old one's place at once. Where it cannot be written there is none.</summary>
    public void Save(LogIndexRecord index)
    {
        var bytes = LogIndexFormat.Encode(index);
        size = bytes.Length;
        if (size > MaxIndexBytes)
        {
            return;
        }

        try
        {
            // Another process that is just writing it writes as good a one.
            using var held = folder.TryLock(root, "index.lock");
            if (held is not null)
            {
                // Not flushed to the disk: what a lost one costs is one reading of the log.
                folder.WriteAtomic(PathOf(root), bytes, durable: false);
            }
        }
        catch (Exception e) when (e is AdapterException or IOException or UnauthorizedAccessException)
        {
            // A read-only folder, a full disk: the answer is right without it.
            size = Math.Max(size, MinLogBytes);
        }
    }

    private static string PathOf(string root) => root + "/events.index";
}
