using System.Text.RegularExpressions;
using OpsManager.Testing;

namespace Documentation.Tests;

public sealed partial class ApiReferenceTests
{
    private static readonly string Path = RepositoryRoot.Combine("docs", "api.md");

    [Fact]
    public void The_reference_is_that_of_the_OpenAPI_document()
    {
        var page = File.ReadAllText(Path);
        var begin = page.IndexOf(ApiReference.Begin, StringComparison.Ordinal);
        Assert.True(begin > 0, "docs/api.md lacks the mark at which its reference begins.");

        var expected = page[..begin] + ApiReference.Write();
        if (Environment.GetEnvironmentVariable("OPS_UPDATE_OPENAPI") == "1")
        {
            File.WriteAllText(Path, expected);
            return;
        }

        Assert.True(page == expected, "docs/api.md is behind docs/openapi.json. Run OPS_UPDATE_OPENAPI=1 dotnet test tests/Documentation.Tests, look at the difference, commit it.");
    }

    [Fact]
    public void A_command_holds_nothing_to_be_filled_in_but_variables_that_the_page_sets()
    {
        var page = File.ReadAllText(Path);
        var set = Assignment().Matches(page[..page.IndexOf(ApiReference.Begin, StringComparison.Ordinal)]).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);

        Assert.All(ApiReference.Commands(), command =>
        {
            // What is sent is an example and quoted; what stands before it the shell and curl read, and curl takes a brace for a choice.
            var line = command.Curl.Split(" -d '")[0];
            Assert.DoesNotContain('{', line);
            Assert.All(Variable().Matches(line), match => Assert.Contains(match.Groups["name"].Value, set));
        });
    }

    [Fact]
    public void A_command_sends_the_ETag_without_which_it_is_refused()
    {
        var refused = ApiReference.Commands().Where(command => command.Operation["responses"]!["428"] is not null).ToArray();

        Assert.NotEmpty(refused);
        Assert.All(refused, command => Assert.Contains("-H \"If-Match: $ETAG\"", command.Curl, StringComparison.Ordinal));
    }

    [Fact]
    public void A_command_sends_the_key_that_opens_what_it_asks_for()
    {
        Assert.Contains(ApiReference.Commands(), command => command.Operation["security"] is not null);
        Assert.All(ApiReference.Commands(), command => Assert.Contains(
            command.Operation["security"] is null ? "-H \"x-functions-key: $KEY\"" : "-H \"x-functions-key: $MASTER_KEY\"", command.Curl, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"(^|\s)(?<name>[A-Z_]+)=", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"\$(?<name>[A-Z_]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
