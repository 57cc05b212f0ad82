namespace SuperloopAdapter.Snapshots;

/// <summary>Reads which commit HEAD is, from the repository's own files: no process is started for it.</summary>
internal static class GitHead
{
    private const string Folder = ".git/";
    private const int MaximumFile = 4096;
    private const int MaximumRefs = 4 * 1024 * 1024;

    /// <summary>
    /// The commit; null when there is none, or the repository is laid out in a way that is not read here, such as a work tree whose
    /// <c>.git</c> is a file that names another folder.
    /// </summary>
    public static string? Read(string repoPath)
    {
        try
        {
            var head = RepositoryFiles.Read(repoPath, Folder + "HEAD", MaximumFile)?.Trim();
            if (head is null)
            {
                return null;
            }

            if (!head.StartsWith("ref: ", StringComparison.Ordinal))
            {
                return Commit(head);
            }

            var name = head["ref: ".Length..];
            return name.StartsWith("refs/", StringComparison.Ordinal)
                ? Commit(RepositoryFiles.Read(repoPath, Folder + name, MaximumFile)?.Trim()) ?? Packed(repoPath, name)
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Packed(string repoPath, string name) =>
        RepositoryFiles.Read(repoPath, Folder + "packed-refs", MaximumRefs)?.Split('\n')
            .Where(line => line.EndsWith(" " + name, StringComparison.Ordinal))
            .Select(static line => Commit(line.Split(' ')[0]))
            .FirstOrDefault();

    private static string? Commit(string? text) => text is { Length: 40 or 64 } && text.All(char.IsAsciiHexDigit) ? text : null;
}
