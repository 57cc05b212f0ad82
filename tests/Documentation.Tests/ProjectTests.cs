using System.Text.RegularExpressions;
using System.Xml.Linq;
using OpsManager.Testing;

namespace Documentation.Tests;

/// <summary>The table of projects in docs/architecture.md against the projects.</summary>
public sealed partial class ProjectTests
{
    private static readonly string Architecture = Page.All.Single(page => page.Path == "docs/architecture.md").Text;

    private static readonly Dictionary<string, string[]> Projects = Directory.EnumerateFiles(RepositoryRoot.Combine("src"), "*.csproj", SearchOption.AllDirectories)
        .ToDictionary(
            file => Path.GetFileNameWithoutExtension(file),
            file => XDocument.Load(file).Descendants("ProjectReference").Select(reference => Short(Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))).Order(StringComparer.Ordinal).ToArray(),
            StringComparer.Ordinal);

    [Fact]
    public void The_table_has_every_project_with_what_it_references()
    {
        var rows = Row().Matches(Architecture)
            .Where(row => Projects.ContainsKey(row.Groups["name"].Value))
            .ToDictionary(row => row.Groups["name"].Value, row => References(row.Groups["references"].Value), StringComparer.Ordinal);

        Assert.Equal(Projects.Keys.Order(StringComparer.Ordinal), rows.Keys.Order(StringComparer.Ordinal));
        Assert.All(Projects, project => Assert.Equal(project.Value, rows[project.Key]));
    }

    [Fact]
    public void The_picture_has_every_project_of_the_manager() =>
        Assert.All(Projects.Keys.Where(name => name.StartsWith("Ops", StringComparison.Ordinal) && name is not ("Ops.Cli" or "OpsManager.Contract")), name => Assert.Contains($"[\"{name}<br/>", Architecture, StringComparison.Ordinal));

    private static string[] References(string cell) =>
        cell.Trim() == "nothing" ? [] : [.. cell.Split(',').Select(name => Remark().Replace(name, string.Empty).Trim()).Order(StringComparer.Ordinal)];

    private static string Short(string name) => name.StartsWith("OpsManager.", StringComparison.Ordinal) ? name["OpsManager.".Length..] : name;

    [GeneratedRegex(@"^\| `(?<name>[A-Za-z.]+)` \|[^|]*\|(?<references>[^|]*)\|$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();

    [GeneratedRegex(@"\([^)]*\)", RegexOptions.NonBacktracking)]
    private static partial Regex Remark();
}
