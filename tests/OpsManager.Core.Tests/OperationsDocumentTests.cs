using System.Text;
using System.Text.Json;
using OpsManager.Core.Policies;
using OpsManager.Core.Reasons;
using OpsManager.Testing;

namespace OpsManager.Core.Tests;

/// <summary>
/// docs/operations.md says what the code does. The tables of profiles and reason codes are written anew with
/// OPS_UPDATE_OPERATIONS=1; without it the same tests compare.
/// </summary>
public sealed class OperationsDocumentTests
{
    private static readonly string Page = RepositoryRoot.Combine("docs", "operations.md");

    [Fact]
    public void The_numbers_are_those_of_the_shipped_profiles()
    {
        string[] names = ["strict", "balanced", "relaxed"];
        Assert.Equal(names.Order(StringComparer.Ordinal), PolicyProfiles.Names.Order(StringComparer.Ordinal));
        var text = new StringBuilder($"| Member | `{string.Join("` | `", names)}` | May be |\n| --- | --- | --- | --- | --- |\n");
        foreach (var field in PolicyFields.All.Where(static field => field.Scope != PolicyFieldScope.Run && field.Kind != PolicyFieldKind.Action))
        {
            var values = names.Select(name => field.GetText(PolicyProfiles.Find(name)!) ?? "none");
            var scope = field.Scope == PolicyFieldScope.Profile ? "; in a profile only" : string.Empty;
            text.Append($"| `{field.Name}` | {string.Join(" | ", values)} | {field.Minimum} to {field.Maximum}{(field.IsOptional ? ", or none" : string.Empty)}{scope} |\n");
        }

        Check("profiles", text.ToString());
    }

    [Fact]
    public void The_reason_codes_are_those_of_the_catalogue()
    {
        var text = new StringBuilder();
        foreach (var category in ReasonCatalogue.All.GroupBy(static reason => reason.Category))
        {
            text.Append($"\n### {category.Key}\n\n| Code | Severity | Means | Do next |\n| --- | --- | --- | --- |\n");
            foreach (var reason in category)
            {
                text.Append($"| `{reason.Code}` | {JsonSerializer.Serialize(reason.Severity).Trim('"')} | {reason.Meaning} | {reason.Next} |\n");
            }
        }

        Check("reasons", text.Append('\n').ToString());
    }

    [Fact]
    public void The_policies_are_those_of_the_code() => Assert.All(
        PolicyRules.All,
        rule => Assert.Contains($"| `{rule.Name}` | {rule.Meaning} |", File.ReadAllText(Page), StringComparison.Ordinal));

    private static void Check(string name, string expected)
    {
        var page = File.ReadAllText(Page);
        var (begin, end) = ($"<!-- {name} -->\n", $"<!-- end of {name} -->");
        var from = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = page.IndexOf(end, StringComparison.Ordinal);
        Assert.True(from >= begin.Length && to >= from, $"docs/operations.md lacks the marks of its {name}.");
        if (Environment.GetEnvironmentVariable("OPS_UPDATE_OPERATIONS") == "1")
        {
            File.WriteAllText(Page, page[..from] + expected + page[to..]);
            return;
        }

        Assert.True(page[from..to] == expected, $"docs/operations.md is behind the {name} of the code. Run OPS_UPDATE_OPERATIONS=1 dotnet test tests/OpsManager.Core.Tests --filter OperationsDocument, look at the difference, commit it.");
    }
}
