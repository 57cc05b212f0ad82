using SuperloopAdapter.Artifacts;

namespace SuperloopAdapter.Processes;

/// <summary>A command line of the runtime: <c>superloop.sh run [--repo R] [--loop L]</c>.</summary>
internal sealed record RuntimeCommand(string? Repo, string? Loop)
{
    /// <summary>The file name by which a process is known to be the runtime, whoever started it and by whatever path.</summary>
    public const string Script = "superloop.sh";

    /// <summary>
    /// Recognises the runtime by the script a shell executes. Programs that merely mention it among their arguments (a
    /// launcher, an editor, <c>bash -c</c>) are not it.
    /// </summary>
    public static RuntimeCommand? Parse(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (Path.GetFileName(arguments[i]) == Script)
            {
                return i + 1 < arguments.Count && arguments[i + 1] == "run" ? Options(arguments, i + 2) : null;
            }

            // Before the script there is only the shell and its switches.
            var belongs = i == 0 ? Path.GetFileName(arguments[i]).EndsWith("sh", StringComparison.Ordinal) : arguments[i].StartsWith('-') && arguments[i] != "-c";
            if (!belongs)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Whether it runs in this repository; what it does not say as a whole path is told by where it works.</summary>
    public bool IsFor(string repoPath, IProcessTable table, int pid)
    {
        if (Repo is not null && Path.IsPathRooted(Repo))
        {
            return Same(Repo, repoPath);
        }

        return table.WorkingFolder(pid) is { } folder && Same(Path.Combine(folder, Repo ?? "."), repoPath);
    }

    /// <summary>The names are compared first: most are the same. What differs may still be one folder, reached through a link.</summary>
    private static bool Same(string one, string repoPath)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(one));
        return string.Equals(path, repoPath, StringComparison.Ordinal) || LinuxNative.IsOneFolder(path, repoPath);
    }

    private static RuntimeCommand Options(IReadOnlyList<string> arguments, int from)
    {
        string? repo = null;
        string? loop = null;
        for (var i = from; i < arguments.Count - 1; i++)
        {
            switch (arguments[i])
            {
                case "--repo":
                    repo = arguments[++i];
                    break;
                case "--loop":
                    loop = arguments[++i];
                    break;
                default:
                    break;
            }
        }

        return new RuntimeCommand(repo, loop);
    }
}
