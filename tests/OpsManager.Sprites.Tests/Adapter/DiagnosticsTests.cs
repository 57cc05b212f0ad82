using System.Text;
using System.Text.Json.Nodes;
using OpsManager.Sprites.Adapter;
using OpsManager.Sprites.Tests.Support;

namespace OpsManager.Sprites.Tests.Adapter;

public sealed class DiagnosticsTests
{
    [Fact]
    public async Task They_are_asked_for_by_loop_and_come_as_the_adapter_wrote_them()
    {
        const string body = """{"ok":true,"source":{"repoPath":"/srv/repo","loopId":"demo-loop"},"output":{"truncated":false,"tail":"über <b> & \"so\"\nweiter"},"processes":[{"pid":7}],"none":null}""";
        await using var adapter = await FakeAdapter.AnswerAsync(200, body);
        await using var boundary = new Boundary();

        var document = (await AskAsync(boundary, adapter)).Value().Document;

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(body), JsonNode.Parse(document.Span)));
        Assert.Equal(("GET", "/ops/diagnostics?loopId=demo-loop"), (Assert.Single(adapter.Requests).Method, adapter.Requests.First().Target));
    }

    [Fact]
    public async Task Secrets_that_the_adapter_overlooked_are_taken_out()
    {
        var body = new JsonObject
        {
            ["output"] = new JsonObject { ["tail"] = $"plain\nAuthorization: Bearer abcdef123456\nkey {Boundary.Token} used\nghp_0123456789abcdef" },
            ["environment"] = new JsonArray(new JsonObject { ["API_KEY"] = "hunter2", ["HOME"] = "/root" }),
        };
        await using var adapter = await FakeAdapter.AnswerAsync(200, body.ToJsonString());
        await using var boundary = new Boundary();

        var text = Encoding.UTF8.GetString((await AskAsync(boundary, adapter)).Value().Document.Span);

        foreach (var secret in new[] { "abcdef123456", Boundary.Token, "ghp_0123456789abcdef", "hunter2" })
        {
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }

        Assert.Contains("plain", text, StringComparison.Ordinal);
        Assert.Contains("/root", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_not_read_to_its_end()
    {
        await using var adapter = await FakeAdapter.AnswerAsync(200, $$"""{"tail":"{{new string('x', DiagnosticsReading.MaxBytes)}}"}""");
        await using var boundary = new Boundary();

        Assert.Equal("response_too_large", (await AskAsync(boundary, adapter)).Code());
    }

    [Theory]
    [InlineData(200, "tail", "invalid_transport_payload")]
    [InlineData(200, "[1]", "invalid_transport_payload")]
    [InlineData(200, "{\"tail\":\"\\ud800\"}", "invalid_transport_payload")]
    [InlineData(200, "{\"source\":{\"loopId\":\"other\"}}", "loop_mismatch")]
    [InlineData(200, "{\"ok\":false,\"error\":{\"code\":\"unknown_loop\",\"message\":\"no\"}}", "loop_unknown")]
    [InlineData(404, "{\"ok\":false,\"error\":{\"code\":\"not_found\",\"message\":\"endpoint not found\"}}", "adapter_error")]
    [InlineData(401, "", "adapter_unauthorized")]
    public async Task Anything_else_is_a_failure(int status, string body, string code)
    {
        await using var adapter = await FakeAdapter.AnswerAsync(status, body);
        await using var boundary = new Boundary();

        Assert.Equal(code, (await AskAsync(boundary, adapter)).Code());
    }

    private static Task<AdapterResult<DiagnosticsReading>> AskAsync(Boundary boundary, FakeAdapter adapter) =>
        boundary.Client.GetDiagnosticsAsync(Boundary.Sprite(adapter.Endpoint), Boundary.Loop, "trace-1", CancellationToken.None);
}
