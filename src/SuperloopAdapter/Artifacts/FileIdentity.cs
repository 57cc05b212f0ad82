namespace SuperloopAdapter.Artifacts;

/// <summary>Which file it is and which version of its content. Two equal values mean: the same bytes.</summary>
internal readonly record struct FileIdentity(
    ulong Device,
    ulong Inode,
    long Size,
    long ModifiedSeconds,
    uint ModifiedNanoseconds,
    long ChangedSeconds,
    uint ChangedNanoseconds,
    bool IsRegularFile)
{
    // A file can be given any time, and what is waited for after it was written is added to it.
    private static readonly long Latest = new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    /// <summary>When it was written last, as far as there are years for it.</summary>
    public DateTimeOffset ModifiedAt => DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(ModifiedSeconds, 0, Latest));

    public bool IsSameFileAs(FileIdentity other) => Device == other.Device && Inode == other.Inode;
}
