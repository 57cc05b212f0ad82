using System.Reflection;
using System.Text.RegularExpressions;
using OpsFunctions.OpenApi;
using OpsFunctions.Problems;
using OpsManager.Testing;

namespace OpsFunctions.Tests.OpenApi;

/// <summary>The codes the code uses, those listed, those in the OpenAPI document and those in docs/api.md are the same.</summary>
public sealed partial class ProblemCodesTests
{
    private static readonly IReadOnlyList<string> Listed = [.. ProblemKinds.ByCode.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_code_that_is_listed_is_used_and_none_is_made_elsewhere()
    {
        var fields = typeof(ProblemKinds).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.Name).Order(StringComparer.Ordinal);
        var sources = Directory.EnumerateFiles(RepositoryRoot.Combine("src", "OpsFunctions"), "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) is not ("Problems" or "OpenApi"))
            .Select(File.ReadAllText)
            .ToArray();

        Assert.Equal(fields, sources.SelectMany(source => Use().Matches(source)).Select(match => match.Groups["name"].Value).Where(name => name != nameof(ProblemKinds.ByCode)).Distinct().Order(StringComparer.Ordinal));
        Assert.All(sources, source => Assert.DoesNotMatch(Making(), source));
    }

    [Fact]
    public void The_document_has_exactly_these_codes() =>
        Assert.Equal(
            Listed,
            OpenApiDocument.Current["paths"]!.AsObject()
                .SelectMany(path => path.Value!.AsObject())
                .SelectMany(operation => operation.Value!["responses"]!.AsObject())
                .SelectMany(response => response.Value!["headers"]?["x-error-code"]?["schema"]!["enum"]!.AsArray().Select(code => code!.GetValue<string>()) ?? [])
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal));

    [Fact]
    public void The_table_of_codes_in_the_docs_has_exactly_these_codes()
    {
        var page = File.ReadAllText(RepositoryRoot.Combine("docs", "api.md"));
        var table = page[page.IndexOf("\n## Problem codes", StringComparison.Ordinal)..];

        Assert.Equal(Listed, Row().Matches(table).Select(match => match.Groups["code"].Value).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"\bProblemKinds\.(?<name>[A-Z]\w*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Use();

    [GeneratedRegex(@"new (ProblemKind|ApiProblem)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Making();

    [GeneratedRegex(@"^\| `(?<code>[a-z_]+)` \| [45]\d\d \|", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Row();
}
