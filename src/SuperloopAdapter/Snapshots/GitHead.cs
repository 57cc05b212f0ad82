namespace SuperloopAdapter.Snapshots;

/// <summary>Reads which commit HEAD is, from the repository's own files: no process is started for it.</summary>
internal static class GitHead
{
    private const long MaximumRefs = 4 * 1024 * 1024;

    /// <summary>The commit; null when there is none, or the repository is laid out in a way that is not read here.</summary>
    public static string? Read(string repoPath)
    {
        try
        {
            var git = Path.Combine(repoPath, ".git");
            var head = ReadShort(Path.Combine(git, "HEAD"));
            if (head is null)
            {
                return null;
            }

            if (!head.StartsWith("ref: ", StringComparison.Ordinal))
            {
                return Commit(head);
            }

            var name = head["ref: ".Length..];
            return !name.StartsWith("refs/", StringComparison.Ordinal) || name.Contains("..", StringComparison.Ordinal)
                ? null
                : Commit(ReadShort(Path.Combine(git, name))) ?? Packed(Path.Combine(git, "packed-refs"), name);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static string? ReadShort(string path)
    {
        var file = new FileInfo(path);
        return file is { Exists: true, LinkTarget: null, Length: < 4096 } ? File.ReadAllText(path).Trim() : null;
    }

    private static string? Packed(string path, string name)
    {
        var file = new FileInfo(path);
        return file is { Exists: true, LinkTarget: null, Length: < MaximumRefs }
            ? File.ReadLines(path).Where(line => line.EndsWith(" " + name, StringComparison.Ordinal)).Select(static line => Commit(line.Split(' ')[0])).FirstOrDefault()
            : null;
    }

    private static string? Commit(string? text) => text is { Length: 40 or 64 } && text.All(char.IsAsciiHexDigit) ? text : null;
}
