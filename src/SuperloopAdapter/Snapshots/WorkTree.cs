using System.Buffers.Binary;
using System.IO.Enumeration;
using System.Text;
using SuperloopAdapter.Hashing;

namespace SuperloopAdapter.Snapshots;

/// <summary>
/// Hashes names, sizes and times of the files of a work tree that are its content. What builds and test runs leave behind is written anew in
/// each iteration and says nothing of progress: left out is what the runtime itself leaves out of its signature of the code, and
/// what <c>.gitignore</c> names. A file written anew with the same content counts as changed: that errs towards progress, and so towards no alarm.
/// </summary>
internal static class WorkTree
{
    private const int MaximumEntries = 50_000;

    private static readonly TimeSpan MaximumTime = TimeSpan.FromMilliseconds(300);

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = false, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    /// <summary>The hash; null when the tree is too large to be looked at in time.</summary>
    /// <param name="repoPath">The work tree.</param>
    /// <param name="leftOut">What counts for nothing.</param>
    /// <param name="time">The clock.</param>
    public static string? Hash(string repoPath, LeftOut leftOut, TimeProvider time)
    {
        var bound = new LookBound(time, MaximumTime);
        var files = new List<Entry>();
        var folders = new Stack<(string Path, IgnoreRules? Outer)>([(string.Empty, null)]);
        try
        {
            while (folders.TryPop(out var folder))
            {
                var path = folder.Path.Length == 0 ? repoPath : Path.Combine(repoPath, folder.Path);
                List<Entry> entries = [];
                foreach (var entry in new FileSystemEnumerable<Entry>(path, static (ref FileSystemEntry e) => Entry.Of(ref e), Everything))
                {
                    entries.Add(entry);
                    if (files.Count + folders.Count + entries.Count > MaximumEntries || bound.Ask())
                    {
                        return null;
                    }
                }

                var rules = IgnoreRules.Of(folder.Outer, path, entries.Exists(static e => e is { Name: ".gitignore", IsFolder: false }));
                foreach (var entry in entries)
                {
                    var inner = folder.Path.Length == 0 ? entry.Name : $"{folder.Path}/{entry.Name}";
                    var counts = !(entry.IsFolder ? leftOut.Folder(inner, bound) : leftOut.File(inner, bound)) && rules?.LeavesOut(entry.Name, entry.IsFolder, bound) != true;
                    if (bound.Ask())
                    {
                        return null;
                    }

                    if (!counts)
                    {
                        continue;
                    }

                    if (entry.IsFolder)
                    {
                        folders.Push((inner, rules));
                    }
                    else
                    {
                        files.Add(entry with { Name = inner });
                    }
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Something vanished while it was looked at: the tree is in motion.
            return null;
        }

        files.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        var hash = new ResumableSha256();
        Span<byte> numbers = stackalloc byte[16];
        foreach (var file in files)
        {
            hash.Append(Encoding.UTF8.GetBytes(file.Name));
            BinaryPrimitives.WriteInt64LittleEndian(numbers, file.Size);
            BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], file.Written);
            hash.Append(numbers);
        }

        return Convert.ToHexStringLower(hash.Digest());
    }

    private readonly record struct Entry(string Name, bool IsFolder, long Size, long Written)
    {
        public static Entry Of(ref FileSystemEntry entry) => entry.IsDirectory
            ? new Entry(entry.FileName.ToString(), IsFolder: true, 0, 0)
            : new Entry(entry.FileName.ToString(), IsFolder: false, entry.Length, entry.LastWriteTimeUtc.Ticks);
    }
}
