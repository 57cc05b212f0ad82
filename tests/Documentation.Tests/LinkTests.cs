using System.Text.RegularExpressions;
using OpsManager.Testing;

namespace Documentation.Tests;

public sealed partial class LinkTests
{
    [Fact]
    public void Every_relative_link_and_anchor_leads_somewhere()
    {
        var broken = new List<string>();
        foreach (var page in Page.All)
        {
            foreach (var target in Link().Matches(page.Prose).Select(match => match.Groups["target"].Value).Where(target => !target.Contains("://", StringComparison.Ordinal)))
            {
                var parts = target.Split('#', 2);
                var folder = Path.GetDirectoryName(page.Path) ?? string.Empty;
                var path = parts[0].Length == 0 ? page.Path : Path.GetRelativePath(RepositoryRoot.Path, Path.GetFullPath(RepositoryRoot.Combine(folder, parts[0])));
                var exists = File.Exists(RepositoryRoot.Combine(path)) || Directory.Exists(RepositoryRoot.Combine(path));
                if (!exists || path.StartsWith("..", StringComparison.Ordinal))
                {
                    broken.Add($"{page.Path}: {target}");
                }
                else if (parts.Length == 2 && Page.All.FirstOrDefault(other => other.Path == path.Replace('\\', '/')) is var other && other?.Anchors.Contains(parts[1]) != true)
                {
                    broken.Add($"{page.Path}: {target} (no such heading)");
                }
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void There_are_pages() => Assert.Contains(Page.All, page => page.Path == "README.md");

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Link();
}
