using System.Text.Json;

namespace SuperloopAdapter.Snapshots;

/// <summary>
/// The paths that the runtime leaves out of its signature of the code: what <c>stuck.ignore</c> of the loop says, else its own list. Its patterns
/// are those of the shell, matched against the whole path: <c>*</c> passes slashes too.
/// </summary>
internal sealed class LeftOut
{
    // Superloop 0.6.1, src/00-header.sh, DEFAULT_STUCK_IGNORE.
    private static readonly string[] Defaults =
    [
        ".superloop/**", ".git/**", "node_modules/**", "dist/**", "build/**", "coverage/**", ".next/**", ".venv/**", ".tox/**", ".cache/**",
    ];

    // The same file, compute_signature: folders that count for nothing at any depth. Without its `target` and `dist`: inside a folder of
    // sources they may be sources, and where they are not, .gitignore has them.
    private static readonly HashSet<string> Anywhere = new(StringComparer.Ordinal) { ".git", ".superloop", "node_modules", "__pycache__", ".venv" };

    private readonly List<string> folders = [];
    private readonly List<string> files = [];

    private LeftOut(IEnumerable<string> patterns)
    {
        foreach (var pattern in patterns.Where(static p => p.Length <= LookBound.MaximumPattern).Take(LookBound.MaximumPatterns))
        {
            if (pattern.EndsWith("/**", StringComparison.Ordinal) || pattern.EndsWith("/*", StringComparison.Ordinal))
            {
                folders.Add(pattern.TrimEnd('*').TrimEnd('/'));
            }
            else
            {
                files.Add(pattern);
            }
        }
    }

    public static LeftOut Default { get; } = new(Defaults);

    /// <summary>What holds for a loop.</summary>
    /// <param name="loop">Its configuration.</param>
    public static LeftOut Of(JsonElement? loop)
    {
        List<string> patterns = [];
        if (loop.Object("stuck").Member("ignore") is { ValueKind: JsonValueKind.Array } ignored)
        {
            foreach (var pattern in ignored.EnumerateArray())
            {
                if (pattern.ValueKind == JsonValueKind.String && pattern.GetString() is { Length: > 0 } text)
                {
                    patterns.Add(text);
                }
            }
        }

        return patterns.Count == 0 ? Default : new LeftOut(patterns);
    }

    public bool Folder(string path, LookBound bound) => Anywhere.Contains(path[(path.LastIndexOf('/') + 1)..]) || folders.Exists(p => bound.Matches(p, path));

    public bool File(string path, LookBound bound) => files.Exists(p => bound.Matches(p, path));
}
