using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SuperloopAdapter.Artifacts;

/// <summary>
/// The only way to a repository's artifacts. Each path component is opened relative to its parent and without following
/// links, so neither a link nor a folder swapped in between check and use leads out of <c>.superloop</c>.
/// </summary>
internal sealed class SuperloopFolder
{
    public const string Name = ".superloop";

    private readonly Action? beforeRead;

    /// <param name="repoPath">The repository.</param>
    /// <param name="beforeRead">Told before each single read: what others do to the files between two of them.</param>
    public SuperloopFolder(string repoPath, Action? beforeRead = null)
    {
        this.beforeRead = beforeRead;
        RepoPath = Path.TrimEndingDirectorySeparator(Path.GetFullPath(repoPath));
        if (!Directory.Exists(RepoPath))
        {
            throw new AdapterException(AdapterError.RepositoryMissing());
        }
    }

    /// <summary>Absolute path of the repository.</summary>
    public string RepoPath { get; }

    /// <summary>Path relative to the repository, as the contract names artifacts.</summary>
    public static string ContractPath(string relativePath) => $"{Name}/{relativePath}";

    public static string LoopFile(string loopId, string fileName) => $"loops/{loopId}/{fileName}";

    /// <summary>Opens a file below <c>.superloop</c>; null when it or a folder on the way is absent.</summary>
    public OpenedFile? Open(string relativePath)
    {
        beforeRead?.Invoke();
        var components = relativePath.Split('/');
        using var folder = OpenFolders(components.AsSpan(0, components.Length - 1));
        if (folder is null)
        {
            return null;
        }

        var handle = LinuxNative.OpenFile(folder, components[^1]);
        try
        {
            if (Check(handle, relativePath) is false)
            {
                handle.Dispose();
                return null;
            }

            var identity = LinuxNative.Identify(handle);
            if (!identity.IsRegularFile)
            {
                throw new AdapterException(AdapterError.UnsafeArtifact(ContractPath(relativePath)));
            }

            return new OpenedFile(handle, identity);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Whether a folder below <c>.superloop</c> exists.</summary>
    public bool FolderExists(string relativePath)
    {
        using var folder = OpenFolders(relativePath.Split('/'));
        return folder is not null;
    }

    /// <summary>Names of the folders in a folder below <c>.superloop</c>; none when it is absent.</summary>
    /// <param name="relativePath">The folder.</param>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<string> FoldersIn(string relativePath, int most = int.MaxValue)
    {
        using var opened = OpenFolders(relativePath.Split('/'));

        // By the handle, so that what is listed is what was opened.
        return opened is null ? [] : [.. Directory.EnumerateDirectories($"/proc/self/fd/{opened.DangerousGetHandle()}").Take(most).Select(static path => Path.GetFileName(path))];
    }

    /// <summary>Writes a file below <c>.superloop</c> so that a reader, or a crash, finds the old content or the new.</summary>
    /// <param name="relativePath">The file.</param>
    /// <param name="content">Its whole content.</param>
    /// <param name="shared">Readable to others as the runtime's own files are; else to the owner alone.</param>
    /// <param name="durable">Whether it must outlive a loss of power; if not, such a loss may leave any content.</param>
    public void WriteAtomic(string relativePath, ReadOnlySpan<byte> content, bool shared = false, bool durable = true)
    {
        var components = relativePath.Split('/');
        using var parent = OpenFolders(components.AsSpan(0, components.Length - 1), create: true)
            ?? throw new AdapterException(AdapterError.RepositoryMissing());
        var temporary = components[^1] + ".new";

        // What a crash left behind. Writers of one file hold a lock, so it is nobody's at this moment.
        LinuxNative.Delete(parent, temporary);
        using (var file = LinuxNative.CreateFile(parent, temporary, shared))
        {
            Check(file, relativePath);
            RandomAccess.Write(file, content, 0);
            if (durable)
            {
                RandomAccess.FlushToDisk(file);
            }
        }

        LinuxNative.Rename(parent, temporary, components[^1]);
        if (durable)
        {
            // The name is the folder's: without it the new content is there and nobody finds it.
            LinuxNative.FlushFolder(parent);
        }
    }

    /// <summary>Appends to a file below <c>.superloop</c> in one write. What a crash left of a last line is closed off first, so that it spoils no other.</summary>
    public void Append(string relativePath, ReadOnlySpan<byte> lines)
    {
        var components = relativePath.Split('/');
        using var parent = OpenFolders(components.AsSpan(0, components.Length - 1), create: true)
            ?? throw new AdapterException(AdapterError.RepositoryMissing());
        using var file = LinuxNative.AppendFile(parent, components[^1]);
        Check(file, relativePath);
        var identity = LinuxNative.Identify(file);
        if (!identity.IsRegularFile)
        {
            throw new AdapterException(AdapterError.UnsafeArtifact(ContractPath(relativePath)));
        }

        Span<byte> last = stackalloc byte[1];
        var torn = identity.Size > 0 && RandomAccess.Read(file, last, identity.Size - 1) == 1 && last[0] != (byte)'\n';
        byte[] content = torn ? [(byte)'\n', .. lines] : lines.ToArray();
        RandomAccess.Write(file, content, identity.Size);
        RandomAccess.FlushToDisk(file);
        if (identity.Size == 0)
        {
            // Most likely it was made by this.
            LinuxNative.FlushFolder(parent);
        }
    }

    /// <summary>Removes a file below <c>.superloop</c>, if it is there.</summary>
    public void Delete(string relativePath)
    {
        var components = relativePath.Split('/');
        using var parent = OpenFolders(components.AsSpan(0, components.Length - 1));
        if (parent is not null)
        {
            LinuxNative.Delete(parent, components[^1]);
        }
    }

    /// <summary>Reads a small file below <c>.superloop</c>; null when it is absent or larger than the bound.</summary>
    public byte[]? ReadSmall(string relativePath, int maxBytes)
    {
        using var file = Open(relativePath);
        if (file is null || file.Identity.Size > maxBytes)
        {
            return null;
        }

        var bytes = new byte[file.Identity.Size];
        var read = RandomAccess.Read(file.Handle, bytes, 0);
        return bytes[..read];
    }

    /// <summary>The last bytes of a file below <c>.superloop</c>; null when it is absent.</summary>
    public byte[]? ReadTail(string relativePath, int bytes)
    {
        using var file = Open(relativePath);
        if (file is null)
        {
            return null;
        }

        var tail = new byte[Math.Min(bytes, file.Identity.Size)];
        var read = RandomAccess.Read(file.Handle, tail, file.Identity.Size - tail.Length);
        return tail[..read];
    }

    /// <summary>Takes a lock below <c>.superloop</c>; null when another process or request holds it.</summary>
    public SafeFileHandle? TryLock(string relativeFolder, string name)
    {
        using var parent = OpenFolders(relativeFolder.Split('/'), create: true) ?? throw new AdapterException(AdapterError.RepositoryMissing());
        return LinuxNative.TryLock(parent, name);
    }

    private SafeFileHandle? OpenFolders(ReadOnlySpan<string> components, bool create = false)
    {
        var current = LinuxNative.OpenRoot(RepoPath);
        if (!Check(current, "."))
        {
            current.Dispose();
            throw new AdapterException(AdapterError.RepositoryMissing());
        }

        var path = string.Empty;
        for (var i = -1; i < components.Length; i++)
        {
            var name = i < 0 ? Name : components[i];
            path = path.Length == 0 ? name : $"{path}/{name}";
            if (create && i >= 0 && LinuxNative.MakeFolder(current, name))
            {
                LinuxNative.FlushFolder(current);
            }

            var next = LinuxNative.OpenFolder(current, name);
            try
            {
                var exists = Check(next, i < 0 ? "." : path[(Name.Length + 1)..]);
                current.Dispose();
                if (!exists)
                {
                    next.Dispose();
                    return null;
                }
            }
            catch
            {
                current.Dispose();
                next.Dispose();
                throw;
            }

            current = next;
        }

        return current;
    }

    /// <summary>True when open, false when absent; anything else is a refusal.</summary>
    private static bool Check(SafeFileHandle handle, string relativePath)
    {
        if (!handle.IsInvalid)
        {
            return true;
        }

        // A link where a folder is asked for is reported as "not a directory", elsewhere as "too many links".
        return Marshal.GetLastPInvokeError() switch
        {
            LinuxNative.NoEntry => false,
            LinuxNative.NotADirectory or LinuxNative.TooManyLinks => throw new AdapterException(AdapterError.UnsafeArtifact(ContractPath(relativePath))),
            _ => throw new AdapterException(AdapterError.Unreadable(ContractPath(relativePath))),
        };
    }
}
