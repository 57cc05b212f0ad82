using System.Text.Json;
using System.Text.Json.Nodes;
using OpsFunctions.Http;
using OpsFunctions.OpenApi;
using OpsFunctions.Problems;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Policies;

namespace OpsFunctions.Tests.OpenApi;

/// <summary>What the document says a request to create a run may hold is what the reader of that request takes.</summary>
public sealed class CreateRunBoundsTests
{
    private static readonly JsonObject Schema = OpenApiDocument.Current["components"]!["schemas"]!["CreateRunRequest"]!.AsObject();

    [Theory]
    [InlineData("repoPath", "/")]
    [InlineData("workspace", "")]
    public void A_text_may_be_as_long_as_the_document_says(string member, string prefix)
    {
        var length = Schema["properties"]![member]!["maxLength"]!.GetValue<int>();

        Assert.Null(Read(member, prefix.PadRight(length, 'a')));
        Assert.Equal("invalid_field", Read(member, prefix.PadRight(length + 1, 'a'))?.Code);
        Assert.Equal("invalid_field", Read(member, string.Empty)?.Code);
    }

    [Fact]
    public void A_path_begins_at_the_root() => Assert.Equal("invalid_field", Read("repoPath", "srv")?.Code);

    [Fact]
    public void Labels_are_bounded_as_the_document_says()
    {
        var labels = Schema["properties"]!["labels"]!;
        var count = labels["maxProperties"]!.GetValue<int>();
        var length = labels["additionalProperties"]!["maxLength"]!.GetValue<int>();

        Assert.Null(Read("labels", Labels(count, length)));
        Assert.Equal("invalid_field", Read("labels", Labels(count + 1, 1))?.Code);
        Assert.Equal("invalid_field", Read("labels", Labels(1, length + 1))?.Code);
        Assert.Equal("invalid_field", Read("labels", new JsonObject { ["-"] = "x" })?.Code);
    }

    [Fact]
    public void The_members_are_those_that_are_read()
    {
        Assert.False(Schema["additionalProperties"]!.GetValue<bool>());
        Assert.Equal("unknown_field", Read("other", "x")?.Code);
        Assert.All(
            Schema["properties"]!.AsObject(),
            member => Assert.DoesNotContain(Read(member.Key, new JsonArray())?.Errors ?? [], error => error.Code == "unknown_field"));
    }

    private static JsonObject Labels(int count, int length) =>
        new(Enumerable.Range(0, count).Select(number => KeyValuePair.Create($"k{number}", (JsonNode?)new string('v', length))));

    private static ApiProblem? Read(string member, JsonNode value)
    {
        var body = new JsonObject
        {
            ["loopId"] = "demo-loop",
            ["sprite"] = new JsonObject { ["name"] = "build-7", ["endpoint"] = "https://adapter.test" },
            [member] = value.DeepClone(),
        };
        return new CreateRunReader(new FakeEndpoints(), PolicyProfiles.BuiltIn).Read(JsonSerializer.SerializeToElement(body)).Problem;
    }
}
