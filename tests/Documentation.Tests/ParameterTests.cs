using System.Text.RegularExpressions;
using OpsManager.Testing;

namespace Documentation.Tests;

/// <summary>The table of parameters in docs/deployment.md against the templates.</summary>
public sealed partial class ParameterTests
{
    private static readonly Dictionary<string, string> Parameters = Parameter().Matches(File.ReadAllText(RepositoryRoot.Combine("infra", "main.bicep")))
        .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"] is { Success: true } value ? value.Value : "required", StringComparer.Ordinal);

    private static readonly Dictionary<string, Match> Rows = Row().Matches(Page.All.Single(page => page.Path == "docs/deployment.md").Text)
        .Where(row => Parameters.ContainsKey(row.Groups["name"].Value))
        .ToDictionary(row => row.Groups["name"].Value, StringComparer.Ordinal);

    [Fact]
    public void Every_parameter_has_a_row_with_its_default()
    {
        Assert.True(Parameters.Count > 20, "main.bicep has fewer parameters than expected; the test may not see them any more.");
        Assert.Empty(Parameters.Keys.Except(Rows.Keys, StringComparer.Ordinal));
        Assert.All(Rows, row => Assert.Equal(Parameters[row.Key], Cell(row.Value, "default"), ignoreCase: false));
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void The_columns_of_the_environments_are_their_files(string environment)
    {
        var given = Given().Matches(File.ReadAllText(RepositoryRoot.Combine("infra", $"main.{environment}.bicepparam")))
            .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value, StringComparer.Ordinal);

        // What is to be filled in has no value to show, and what has several lines a text of its own.
        Assert.All(Rows.Where(row => !IsOpen(given.GetValueOrDefault(row.Key))), row => Assert.Equal(given.GetValueOrDefault(row.Key, string.Empty).Trim('\''), Cell(row.Value, environment)));
    }

    private static bool IsOpen(string? value) => value is "[]" or "{}" or "{";

    // Texts stand in backticks and without their quotation marks, but for the empty one.
    private static string Cell(Match row, string column)
    {
        var cell = row.Groups[column].Value.Trim();
        return cell.Length > 2 && cell[0] == '`' ? cell[1..^1] : cell;
    }

    [GeneratedRegex(@"^param (?<name>\w+) (\{[^}]*\}|\w+)(\[\])?( = ('(?<value>[^'\n]+)'|(?<value>.+)))?$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^param (?<name>\w+) = (?<value>.+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Given();

    [GeneratedRegex(@"^\| `(?<name>\w+)` \|(?<default>[^|]*)\|(?<dev>[^|]*)\|(?<prod>[^|]*)\|[^|]*\|$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();
}
