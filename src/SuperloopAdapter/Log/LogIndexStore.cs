using SuperloopAdapter.Artifacts;

namespace SuperloopAdapter.Log;

/// <summary>
/// Keeps the index of a log on disk, so that a one-shot call need not read what an earlier one read. Whatever is wrong with it, the log is
/// read instead.
/// </summary>
internal sealed class LogIndexStore(SuperloopFolder folder, string loopId)
{
    /// <summary>A shorter log is read faster than an index is proven, and gets none.</summary>
    public const int MinLogBytes = 64 * 1024;

    private readonly SavedWork file = new(folder, loopId, "events.index", "index.lock", 1024 * 1024);
    private int size;

    /// <summary>Bytes by which the log must grow before its index is kept again: never more is written than was appended.</summary>
    public int Interval => Math.Max(MinLogBytes, size);

    /// <summary>What was kept, or null. Says nothing about whether it is about the log that is there now.</summary>
    public LogIndexRecord? Load()
    {
        var bytes = file.Load();
        size = bytes?.Length ?? 0;
        return bytes is null ? null : LogIndexFormat.Decode(bytes);
    }

    public void Save(LogIndexRecord index)
    {
        var bytes = LogIndexFormat.Encode(index);
        size = bytes.Length;
        file.Save(bytes);
    }
}
