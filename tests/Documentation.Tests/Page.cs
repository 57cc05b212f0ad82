using System.Text.RegularExpressions;
using OpsManager.Testing;

namespace Documentation.Tests;

/// <summary>A page of the documentation.</summary>
/// <param name="Path">Path in the repository, with slashes.</param>
/// <param name="Text">The whole page.</param>
internal sealed partial record Page(string Path, string Text)
{
    private static readonly string[] Folders = ["docs", "infra", "src", "tests"];
    private static readonly string[] Skipped = ["node_modules", "artifacts", "fixtures", "bin", "obj"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Page> All { get; } =
    [
        .. Directory.EnumerateFiles(RepositoryRoot.Path, "*.md")
            .Concat(Folders.Select(folder => RepositoryRoot.Combine(folder)).Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories)))
            .Select(file => System.IO.Path.GetRelativePath(RepositoryRoot.Path, file).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => Skipped.Contains(part)))
            .Order(StringComparer.Ordinal)
            .Select(path => new Page(path, File.ReadAllText(RepositoryRoot.Combine(path)))),
    ];

    /// <summary>The page without blocks of code.</summary>
    public string Prose => Block().Replace(Text, string.Empty);

    /// <summary>What stands in backticks within the prose.</summary>
    public IEnumerable<string> Code => Inline().Matches(Prose).Select(match => match.Groups["code"].Value);

    /// <summary>The names by which headings can be linked to, as GitHub makes them.</summary>
    public IReadOnlySet<string> Anchors
    {
        get
        {
            var anchors = new HashSet<string>(StringComparer.Ordinal);
            foreach (Match heading in Heading().Matches(Prose))
            {
                var name = AnchorOf(heading.Groups["text"].Value);
                var unique = name;
                for (var number = 1; !anchors.Add(unique); number++)
                {
                    unique = $"{name}-{number}";
                }
            }

            return anchors;
        }
    }

    /// <summary>The name of a heading in a link.</summary>
    public static string AnchorOf(string heading) =>
        new([.. heading.Trim().ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_').Select(c => c == ' ' ? '-' : c)]);

    [GeneratedRegex(@"^[ ]*```.*?^[ ]*```[ ]*$", RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`(?<code>[^`\n]+)`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Inline();

    [GeneratedRegex(@"^#{1,6} (?<text>.+)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Heading();
}
