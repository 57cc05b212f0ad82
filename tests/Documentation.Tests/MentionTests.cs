using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OpsManager.Testing;

namespace Documentation.Tests;

public sealed partial class MentionTests
{
    private static readonly string[] TopLevel = ["src", "tests", "docs", "infra"];

    // Made by a build or by the user, or a part of a path that the text completes.
    private static readonly HashSet<string> Made = new(StringComparer.Ordinal) { "artifacts/<mode>", "infra/local/node_modules" };

    private static readonly string[] SuffixesOfFiles = [".cs", ".md", ".json", ".bicep", ".bicepparam", ".yaml", ".yml", ".csproj", ".props"];

    [Fact]
    public void Every_path_that_is_named_exists()
    {
        var missing = Page.All
            .SelectMany(page => page.Code.Where(IsPath).Select(path => (page.Path, Named: path)))
            .Where(mention => !Made.Contains(mention.Named) && !Exists(mention.Path, mention.Named))
            .Select(mention => $"{mention.Path}: {mention.Named}");

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_command_of_the_launcher_that_is_named_exists()
    {
        var launcher = File.ReadAllText(RepositoryRoot.Combine("ops")).Split("case ${1:-help} in")[^1];
        var known = Labels().Matches(launcher).SelectMany(match => match.Groups["labels"].Value.Split('|', StringSplitOptions.TrimEntries)).ToHashSet(StringComparer.Ordinal);
        var commands = Page.All.SelectMany(page => Command().Matches(page.Text).Select(match => (page.Path, Name: match.Groups["name"].Value)))
            .Distinct()
            .ToArray();

        Assert.NotEmpty(commands);
        Assert.Empty(commands.Where(command => !known.Contains(command.Name)).Select(command => $"{command.Path}: ./ops {command.Name}"));
    }

    [Fact]
    public void Every_route_that_is_named_exists()
    {
        var paths = ApiReference.Document["paths"]!.AsObject().Select(path => Shape(path.Key)).ToHashSet(StringComparer.Ordinal);
        var named = Page.All.Where(page => page.Path != "docs/local-host.md")
            .SelectMany(page => Route().Matches(page.Text).Select(match => (page.Path, Route: match.Groups["route"].Value.TrimEnd('.', '/'))))
            .ToArray();

        Assert.NotEmpty(named);
        Assert.Empty(named.Where(mention => !paths.Contains(Shape(mention.Route))).Select(mention => $"{mention.Path}: /api{mention.Route}").Distinct());
    }

    [Fact]
    public void Every_answer_with_a_code_that_is_named_exists()
    {
        var codes = ApiReference.Codes();
        // docs/adapter.md speaks of the adapter's answers, which are not this API's.
        var named = Page.All.Where(page => page.Path != "docs/adapter.md").SelectMany(page => Answer().Matches(page.Prose).Select(match => (page.Path, Status: match.Groups["status"].Value, Code: match.Groups["code"].Value))).ToArray();

        Assert.NotEmpty(named);
        // 502 is what an adapter answers, no answer of this API.
        Assert.Empty(named.Where(mention => mention.Status != "502" && codes.GetValueOrDefault(mention.Code) != mention.Status).Select(mention => $"{mention.Path}: {mention.Status} {mention.Code}"));
    }

    [Fact]
    public void No_page_names_a_path_of_somebodys_machine() =>
        Assert.Empty(Page.All.SelectMany(page => MachinePath().Matches(page.Text).Select(match => $"{page.Path}: {match.Value}")));

    [Fact]
    public void No_page_promises_work_to_come_in_a_note() =>
        Assert.Empty(Page.All.Where(page => page.Text.Contains("TODO", StringComparison.Ordinal) || page.Text.Contains("FIXME", StringComparison.Ordinal)).Select(page => page.Path));

    private static bool IsPath(string code) =>
        code.Contains('/', StringComparison.Ordinal)
        && !code.Any(c => c is ' ' or '*' or '{' or '<' or '$' or '=' or '"' or '(')
        && (TopLevel.Contains(code.Split('/')[0]) || SuffixesOfFiles.Any(suffix => code.EndsWith(suffix, StringComparison.Ordinal)))
        && !code.StartsWith('/') && !code.StartsWith('.');

    private static bool Exists(string page, string path)
    {
        var folder = Path.GetDirectoryName(page) ?? string.Empty;
        // A page about one folder may name its files from there.
        return new[] { path, Path.Combine(folder, path), Path.Combine("infra", path), Path.Combine("src/OpsFunctions", path) }
            .Select(candidate => RepositoryRoot.Combine(candidate))
            .Any(candidate => File.Exists(candidate) || Directory.Exists(candidate));
    }

    // Parameters by place: their names differ from page to page.
    private static string Shape(string route) =>
        string.Join('/', route.Split('/').Select((part, index) => index is 2 or 4 && route.StartsWith("/runs/", StringComparison.Ordinal) ? "*" : part.StartsWith('{') || part.StartsWith('$') || part.StartsWith("loop_run_", StringComparison.Ordinal) ? "*" : part));

    [GeneratedRegex(@"\./ops (?<name>[a-z]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Command();

    [GeneratedRegex(@"(/api|\$OPS)(?<route>/[a-z][A-Za-z0-9_$/{}.<>-]*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Route();

    [GeneratedRegex(@"\b(?<status>[45]\d\d) `(?<code>[a-z]+(_[a-z]+)+)`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Answer();

    [GeneratedRegex(@"^ +(?<labels>[a-z |-]+)\) ", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Labels();

    [GeneratedRegex(@"(^|[\s`'""(=])(/home/|/Users/|/roo[t]/|/tm[p]/|/wor[k]/|[A-Z]:\\)\S*", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex MachinePath();
}
