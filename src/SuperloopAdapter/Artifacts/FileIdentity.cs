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
    public bool IsSameFileAs(FileIdentity other) => Device == other.Device && Inode == other.Inode;
}
