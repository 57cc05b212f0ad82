namespace SuperloopAdapter.Artifacts;

/// <summary>
/// A file among the adapter's own, and never among the runtime's, that saves finding something out again. A shortcut and nothing else:
/// where it cannot be read or written, there is none.
/// </summary>
/// <param name="folder">The repository's folder.</param>
/// <param name="loopId">The loop it is of.</param>
/// <param name="name">Its name.</param>
/// <param name="lockName">The lock its writers hold.</param>
/// <param name="maxBytes">What is larger is not kept and not read.</param>
internal sealed class SavedWork(SuperloopFolder folder, string loopId, string name, string lockName, int maxBytes)
{
    private readonly string root = $"ops/loops/{loopId}";

    public byte[]? Load()
    {
        try
        {
            return folder.ReadSmall($"{root}/{name}", maxBytes);
        }
        catch (Exception e) when (e is AdapterException or IOException or UnauthorizedAccessException)
        {
            // A link, a folder, another user's file in its place.
            return null;
        }
    }

    /// <summary>Puts it in the place of what was kept before, at once.</summary>
    public void Save(ReadOnlySpan<byte> content)
    {
        if (content.Length > maxBytes)
        {
            return;
        }

        try
        {
            // Another process that is just writing it writes as good a one.
            using var held = folder.TryLock(root, lockName);
            if (held is not null)
            {
                // Not flushed to the disk: what a lost one costs is finding it out once more.
                folder.WriteAtomic($"{root}/{name}", content, durable: false);
            }
        }
        catch (Exception e) when (e is AdapterException or IOException or UnauthorizedAccessException)
        {
            // A read-only folder, a full disk: the answer is right without it.
        }
    }
}
