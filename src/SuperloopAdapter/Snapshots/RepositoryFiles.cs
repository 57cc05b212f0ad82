using System.Text;
using Microsoft.Win32.SafeHandles;
using SuperloopAdapter.Artifacts;

namespace SuperloopAdapter.Snapshots;

/// <summary>
/// Reads small files of the repository that are not the runtime's. An agent may put anything in their place: below the folder no link
/// is followed, nothing but a regular file is read, and nothing is waited for.
/// </summary>
internal static class RepositoryFiles
{
    /// <summary>The text; null when it is absent, too large, or no regular file.</summary>
    /// <param name="folder">Absolute path of a folder.</param>
    /// <param name="relativePath">Path below it.</param>
    /// <param name="maxBytes">Bytes at most.</param>
    public static string? Read(string folder, string relativePath, int maxBytes)
    {
        var names = relativePath.Split('/');
        if (Array.Exists(names, static n => n is "" or "." or ".." || n.Contains('\0', StringComparison.Ordinal)))
        {
            return null;
        }

        var current = LinuxNative.OpenRoot(folder);
        try
        {
            foreach (var name in names.AsSpan(0, names.Length - 1))
            {
                if (current.IsInvalid)
                {
                    return null;
                }

                var next = LinuxNative.OpenFolder(current, name);
                current.Dispose();
                current = next;
            }

            return current.IsInvalid ? null : Read(current, names[^1], maxBytes);
        }
        finally
        {
            current.Dispose();
        }
    }

    private static string? Read(SafeFileHandle folder, string name, int maxBytes)
    {
        using var file = LinuxNative.OpenFile(folder, name);
        if (file.IsInvalid || LinuxNative.Identify(file) is not { IsRegularFile: true } identity || identity.Size > maxBytes)
        {
            return null;
        }

        var bytes = new byte[identity.Size];
        var filled = 0;
        while (filled < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(filled), filled) is > 0 and var read)
        {
            filled += read;
        }

        return Encoding.UTF8.GetString(bytes, 0, filled);
    }
}
