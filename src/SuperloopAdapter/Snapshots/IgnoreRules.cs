namespace SuperloopAdapter.Snapshots;

/// <summary>
/// What the <c>.gitignore</c> of a folder leaves out below it. A rule of a kind that is not understood here (character classes, <c>**</c>
/// within a path, too many characters) leaves nothing out, nor does a file with too many of them: a file too many that is looked at errs towards progress.
/// </summary>
internal sealed class IgnoreRules
{
    private const int MaximumFile = 64 * 1024;

    private readonly IgnoreRules? outer;
    private readonly string name;
    private readonly IReadOnlyList<Rule> rules;

    private IgnoreRules(IgnoreRules? outer, string name, IReadOnlyList<Rule> rules) => (this.outer, this.name, this.rules) = (outer, name, rules);

    /// <summary>The rules that hold in a folder.</summary>
    /// <param name="outer">Those of the folder around it; null for the root of the work tree.</param>
    /// <param name="path">Absolute path of the folder.</param>
    /// <param name="hasFile">Whether there is a <c>.gitignore</c> in it.</param>
    public static IgnoreRules? Of(IgnoreRules? outer, string path, bool hasFile)
    {
        List<Rule> own = [];
        foreach (var line in hasFile ? RepositoryFiles.Read(path, ".gitignore", MaximumFile)?.Split('\n') ?? [] : [])
        {
            if (Rule.Parse(line) is { } rule)
            {
                own.Add(rule);
            }
        }

        if (own.Count > LookBound.MaximumPatterns)
        {
            // The first of them alone would leave out what a later one takes back.
            own = [];
        }

        return outer is null && own.Count == 0 ? null : new IgnoreRules(outer, Path.GetFileName(path), own);
    }

    /// <summary>Whether an entry of the folder is left out. Of the rules that meet it the last one decides, those of the inner folder first.</summary>
    public bool LeavesOut(string entry, bool isFolder, LookBound bound)
    {
        for (var (at, path) = ((IgnoreRules?)this, entry); at is not null; at = at.outer)
        {
            for (var i = at.rules.Count - 1; i >= 0; i--)
            {
                if (at.rules[i].Meets(path, isFolder, bound))
                {
                    return !at.rules[i].TakesBack;
                }
            }

            path = $"{at.name}/{path}";
        }

        return false;
    }

    private sealed record Rule(IReadOnlyList<string> Segments, bool IsAnchored, bool IsForFolders, bool TakesBack)
    {
        public static Rule? Parse(string line)
        {
            var text = line.TrimEnd('\r', ' ', '\t');
            if (text.Length == 0 || text.Length > LookBound.MaximumPattern || text[0] == '#' || text.AsSpan().ContainsAny('[', '\\'))
            {
                return null;
            }

            var takesBack = text[0] == '!';
            text = takesBack ? text[1..] : text;

            // All that is in a folder is the folder itself, as far as looking at it goes.
            text = text.EndsWith("/**", StringComparison.Ordinal) ? text[..^2] : text;
            var isForFolders = text.EndsWith('/');
            text = text.TrimEnd('/');
            var isAnchored = text.Contains('/', StringComparison.Ordinal);
            text = text.TrimStart('/');
            if (text.StartsWith("**/", StringComparison.Ordinal) && text.IndexOf('/', 3) < 0)
            {
                (text, isAnchored) = (text[3..], false);
            }

            return text.Length == 0 || text.Contains("**", StringComparison.Ordinal) ? null : new Rule(text.Split('/'), isAnchored, isForFolders, takesBack);
        }

        public bool Meets(string path, bool isFolder, LookBound bound)
        {
            if (IsForFolders && !isFolder)
            {
                return false;
            }

            if (!IsAnchored)
            {
                return bound.Matches(Segments[0], path.AsSpan(path.LastIndexOf('/') + 1));
            }

            if (!bound.Allows(path.Length))
            {
                return false;
            }

            var names = path.Split('/');
            return names.Length == Segments.Count && names.Zip(Segments).All(pair => bound.Matches(pair.Second, pair.First));
        }
    }
}
