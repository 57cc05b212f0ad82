using System.Text.Json.Nodes;

namespace OpsFunctions.Tests.OpenApi;

public sealed class BreakingChangesTests
{
    private static readonly JsonObject Committed = CommittedDocumentTests.CommittedJson("docs/openapi.json");

    [Fact]
    public void A_document_does_not_break_itself() => Assert.Empty(BreakingChanges.Between(Committed, Committed));

    [Theory]
    [InlineData("paths//fleet", "GET /fleet: removed")]
    [InlineData("paths//runs/post", "POST /runs: removed")]
    [InlineData("paths//runs/get/parameters/0", "GET /runs: parameter query:state removed")]
    [InlineData("paths//runs/get/parameters/0/schema/enum/0", "GET /runs parameter query:state: word pending removed")]
    [InlineData("paths//runs/{runId}/get/responses/304", "GET /runs/{runId}: answer 304 removed")]
    [InlineData("paths//runs/{runId}/get/responses/200/headers/ETag", "GET /runs/{runId} 200: header ETag removed")]
    [InlineData("paths//runs/{runId}/events/get/responses/200/content/text/event-stream", "GET /runs/{runId}/events 200: text/event-stream removed")]
    [InlineData("components/schemas/FleetResource/properties/live", "GET /fleet 200 application/json.live: removed")]
    [InlineData("components/schemas/FleetResource/required/0", "GET /fleet 200 application/json.at: no longer always there")]
    [InlineData("components/schemas/HealthVerdict/enum/0", "word healthy removed")]
    [InlineData("components/schemas/CreateRunRequest/properties/labels", "POST /runs body.labels: removed")]
    public void What_is_taken_away_breaks(string path, string expected)
    {
        var after = Committed.DeepClone().AsObject();
        Remove(after, path);

        Assert.Contains(BreakingChanges.Between(Committed, after), change => change.EndsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_newly_asked_of_the_caller_breaks()
    {
        var after = Committed.DeepClone().AsObject();
        var request = after["components"]!["schemas"]!["CreateRunRequest"]!;
        request["required"]!.AsArray().Add("workspace");
        request["properties"]!["workspace"]!["maxLength"] = 12;
        after["paths"]!["/fleet"]!["get"]!["parameters"]!.AsArray().Add(
            (JsonNode)new JsonObject { ["name"] = "region", ["in"] = "query", ["required"] = true, ["schema"] = new JsonObject { ["type"] = "string" } });

        Assert.Equal(
            ["GET /fleet: parameter query:region newly required", "POST /runs body.workspace: maxLength narrowed to 12", "POST /runs body.workspace: newly required"],
            BreakingChanges.Between(Committed, after).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_changed_type_breaks()
    {
        var after = Committed.DeepClone().AsObject();
        after["components"]!["schemas"]!["FleetResource"]!["properties"]!["live"]!["type"] = "string";

        Assert.Equal(["GET /fleet 200 application/json.live: type changed from integer to string"], BreakingChanges.Between(Committed, after));
    }

    [Fact]
    public void What_is_added_breaks_nothing()
    {
        var after = Committed.DeepClone().AsObject();
        after["paths"]!["/other"] = after["paths"]!["/fleet"]!.DeepClone();
        var schemas = after["components"]!["schemas"]!;
        schemas["FleetResource"]!["properties"]!["more"] = new JsonObject { ["type"] = "string" };
        schemas["CreateRunRequest"]!["properties"]!["more"] = new JsonObject { ["type"] = "string" };
        schemas["HealthVerdict"]!["enum"]!.AsArray().Add("splendid");

        Assert.Empty(BreakingChanges.Between(Committed, after));
    }

    // Keys of paths hold slashes: the longest key that fits is taken.
    private static void Remove(JsonNode node, string path)
    {
        if (node is JsonArray list)
        {
            var parts = path.Split('/', 2);
            var index = int.Parse(parts[0]);
            if (parts.Length == 1)
            {
                list.RemoveAt(index);
            }
            else
            {
                Remove(list[index]!, parts[1]);
            }

            return;
        }

        var parent = node.AsObject();
        var key = parent.Select(member => member.Key)
            .Where(name => path == name || path.StartsWith(name + "/", StringComparison.Ordinal))
            .MaxBy(name => name.Length)!;
        if (path == key)
        {
            parent.Remove(key);
        }
        else
        {
            Remove(parent[key]!, path[(key.Length + 1)..]);
        }
    }
}
