using System.Text.Json;
using System.Text.RegularExpressions;

namespace Documentation.Tests;

public sealed partial class ExampleTests
{
    // Examples of docs/api.md are cut where they are long; they come from the OpenAPI document, which is tested by itself.
    [Fact]
    public void Every_example_in_JSON_is_JSON()
    {
        var examples = Page.All.Where(page => page.Path != "docs/api.md").SelectMany(page => Json().Matches(page.Text).Select(match => (page.Path, Text: match.Groups["json"].Value))).ToArray();

        Assert.NotEmpty(examples);
        Assert.All(examples, example => JsonDocument.Parse(example.Text).Dispose());
    }

    [GeneratedRegex(@"^ *```json\n(?<json>.*?)^ *```", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Json();
}
