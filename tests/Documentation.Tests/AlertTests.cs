using System.Text.RegularExpressions;
using OpsManager.Testing;

namespace Documentation.Tests;

public sealed partial class AlertTests
{
    [Theory]
    [InlineData("docs/telemetry.md", "read these event names", 0)]
    [InlineData("docs/deployment.md", "They read the names of log events", 1)]
    public void The_pages_list_the_events_that_alerts_read_and_no_others(string path, string before, int column)
    {
        var read = Query().Matches(File.ReadAllText(RepositoryRoot.Combine("infra", "modules", "alerts.bicep"))).SelectMany(query => Quoted().Matches(query.Value)).Select(name => name.Groups["name"].Value);
        var text = Page.All.Single(page => page.Path == path).Text;
        var table = text[text.IndexOf(before, StringComparison.Ordinal)..].Split('\n').SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|'));
        var listed = table.SelectMany(row => Event().Matches(row.Split('|')[column + 1])).Select(name => name.Groups["name"].Value);

        Assert.Equal(read.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("""Properties\["EventName"\]\) *(==|in) *[^\r\n]+""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Query();

    [GeneratedRegex("[( ]\"(?<name>[A-Za-z]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();

    [GeneratedRegex("`(?<name>[A-Za-z]+)`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Event();
}
