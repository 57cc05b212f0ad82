using System.Buffers.Binary;
using System.Text;
using SuperloopAdapter.Hashing;

namespace SuperloopAdapter.Snapshots;

/// <summary>
/// Hashes names, sizes and times of the files of a work tree. A file written anew with the same content counts as changed: that
/// errs towards progress, and so towards no alarm.
/// </summary>
internal static class WorkTree
{
    private const int MaximumEntries = 50_000;

    private static readonly TimeSpan MaximumTime = TimeSpan.FromMilliseconds(300);

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = false, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    /// <summary>The hash; null when the tree is too large to be looked at in time.</summary>
    public static string? Hash(string repoPath, TimeProvider time)
    {
        var started = time.GetTimestamp();
        var files = new List<(string Path, long Size, long Written)>();
        var folders = new Stack<DirectoryInfo>([new DirectoryInfo(repoPath)]);
        try
        {
            while (folders.TryPop(out var folder))
            {
                foreach (var entry in folder.EnumerateFileSystemInfos("*", Everything))
                {
                    if (files.Count + folders.Count > MaximumEntries || time.GetElapsedTime(started) > MaximumTime)
                    {
                        return null;
                    }

                    if (entry is FileInfo file)
                    {
                        files.Add((Path.GetRelativePath(repoPath, file.FullName), file.Length, file.LastWriteTimeUtc.Ticks));
                    }
                    else if (entry is DirectoryInfo inner && inner.Name is not (".git" or ".superloop"))
                    {
                        folders.Push(inner);
                    }
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Something vanished while it was looked at: the tree is in motion.
            return null;
        }

        var hash = new ResumableSha256();
        Span<byte> numbers = stackalloc byte[16];
        foreach (var (path, size, written) in files.OrderBy(static file => file.Path, StringComparer.Ordinal))
        {
            hash.Append(Encoding.UTF8.GetBytes(path));
            BinaryPrimitives.WriteInt64LittleEndian(numbers, size);
            BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], written);
            hash.Append(numbers);
        }

        return Convert.ToHexStringLower(hash.Digest());
    }
}
