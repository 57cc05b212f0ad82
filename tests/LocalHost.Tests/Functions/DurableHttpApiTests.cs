using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LocalHost.Tests.Functions;

public sealed class DurableHttpApiTests
{
    private const string Root = "/runtime/webhooks/durabletask";

    [Fact]
    public async Task The_api_is_closed_to_function_keys()
    {
        await using SampleApplication app = await SampleApplication.StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await app.StatusAsync(HttpMethod.Get, $"{Root}/instances"));
        Assert.Equal(HttpStatusCode.Unauthorized, await app.StatusAsync(HttpMethod.Get, $"{Root}/instances", "wrong"));
        Assert.Equal(HttpStatusCode.Forbidden, await app.StatusAsync(HttpMethod.Get, $"{Root}/instances", SampleApplication.HostKey));
        Assert.Equal(HttpStatusCode.Forbidden, await app.StatusAsync(HttpMethod.Get, "/admin/host/status", SampleApplication.SystemKey));
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(HttpMethod.Get, $"{Root}/instances", SampleApplication.MasterKey));
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(HttpMethod.Get, $"{Root}/instances?code={SampleApplication.SystemKey}"));
    }

    [Fact]
    public async Task An_instance_is_started_signalled_and_read()
    {
        await using SampleApplication app = await SampleApplication.StartAsync();

        JsonNode started = await SendAsync(app, HttpMethod.Post, "/orchestrators/Await/a1", HttpStatusCode.Accepted);
        Assert.Equal("a1", (string)started["id"]!);
        Assert.EndsWith($"{Root}/instances/a1/raiseEvent/{{eventName}}", (string)started["sendEventPostUri"]!, StringComparison.Ordinal);
        await IdleAsync(app);
        using (HttpResponseMessage running = await app.SendAsync(HttpMethod.Get, $"{Root}/instances/a1", SampleApplication.SystemKey))
        {
            Assert.Equal(HttpStatusCode.Accepted, running.StatusCode);
            Assert.Equal("5", running.Headers.RetryAfter!.ToString());
            Assert.Equal(new Uri(app.Http.BaseAddress!, $"{Root}/instances/a1"), running.Headers.Location);
        }

        Assert.Equal(HttpStatusCode.Conflict, await app.StatusAsync(HttpMethod.Post, $"{Root}/orchestrators/Await/a1", SampleApplication.SystemKey));
        Assert.Equal(HttpStatusCode.Accepted, await app.StatusAsync(HttpMethod.Post, $"{Root}/instances/a1/raiseEvent/data", SampleApplication.SystemKey, "\"x\""));
        await IdleAsync(app);

        JsonNode instance = await SendAsync(app, HttpMethod.Get, "/instances/a1?showHistory=true&showHistoryOutput=true", HttpStatusCode.OK);
        Assert.Equal("Completed", (string)instance["runtimeStatus"]!);
        Assert.Equal("x", (string)instance["output"]!);
        Assert.Equal(
            ["ExecutionStarted", "EventRaised", "ExecutionCompleted"],
            instance["historyEvents"]!.AsArray().Select(entry => (string)entry!["EventType"]!));
        Assert.Equal(HttpStatusCode.Gone, await app.StatusAsync(HttpMethod.Post, $"{Root}/instances/a1/raiseEvent/data", SampleApplication.SystemKey, "\"x\""));
        Assert.Equal(HttpStatusCode.Gone, await app.StatusAsync(HttpMethod.Post, $"{Root}/instances/a1/terminate", SampleApplication.SystemKey));
    }

    [Theory]
    [InlineData("GET", "/instances/none", HttpStatusCode.NotFound)]
    [InlineData("POST", "/instances/none/terminate", HttpStatusCode.NotFound)]
    [InlineData("POST", "/instances/none/suspend", HttpStatusCode.NotFound)]
    [InlineData("POST", "/instances/none/resume", HttpStatusCode.NotFound)]
    [InlineData("POST", "/instances/none/restart", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/instances/none", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/instances?createdTimeFrom=2020-01-01T00:00:00Z", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/instances", HttpStatusCode.BadRequest)]
    [InlineData("DELETE", "/instances?createdTimeFrom=nonsense", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/instances?runtimeStatus=Nonsense", HttpStatusCode.OK)]
    [InlineData("GET", "/instances?createdTimeFrom=nonsense", HttpStatusCode.OK)]
    [InlineData("POST", "/orchestrators/None", HttpStatusCode.BadRequest)]
    public async Task What_is_missing_is_refused_and_an_unreadable_filter_ignored(string method, string path, HttpStatusCode expected)
    {
        await using SampleApplication app = await SampleApplication.StartAsync();

        Assert.Equal(expected, await app.StatusAsync(HttpMethod.Parse(method), Root + path, SampleApplication.SystemKey));
    }

    [Fact]
    public async Task An_event_must_be_json()
    {
        await using SampleApplication app = await SampleApplication.StartAsync();
        await SendAsync(app, HttpMethod.Post, "/orchestrators/Await/a1", HttpStatusCode.Accepted);
        string path = $"{Root}/instances/a1/raiseEvent/data?code={SampleApplication.SystemKey}";

        using StringContent text = new("x", Encoding.UTF8, "text/plain");
        using HttpResponseMessage plain = await app.Http.PostAsync(path, text);
        Assert.Equal(HttpStatusCode.BadRequest, plain.StatusCode);
        using StringContent torn = new("{", Encoding.UTF8, "application/json");
        using HttpResponseMessage broken = await app.Http.PostAsync(path, torn);
        Assert.Equal(HttpStatusCode.BadRequest, broken.StatusCode);
        using StringContent nothing = new(string.Empty, Encoding.UTF8, "application/json");
        using HttpResponseMessage empty = await app.Http.PostAsync(path, nothing);
        Assert.Equal(HttpStatusCode.BadRequest, empty.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await app.StatusAsync(HttpMethod.Post, $"{Root}/instances/none/raiseEvent/data", SampleApplication.SystemKey, "1"));
    }

    [Fact]
    public async Task An_instance_is_suspended_resumed_and_terminated()
    {
        await using SampleApplication app = await SampleApplication.StartAsync();
        await SendAsync(app, HttpMethod.Post, "/orchestrators/Await/a1", HttpStatusCode.Accepted);
        await IdleAsync(app);

        Assert.Equal(HttpStatusCode.PreconditionFailed, await app.StatusAsync(HttpMethod.Delete, $"{Root}/instances/a1", SampleApplication.SystemKey));
        foreach ((string operation, string status) in ((string, string)[])[("suspend", "Suspended"), ("resume", "Running"), ("terminate", "Terminated")])
        {
            await ChangeAsync(app, operation, status);
        }

        JsonNode ended = await SendAsync(app, HttpMethod.Get, "/instances/a1", HttpStatusCode.OK);
        Assert.Equal("because", (string)ended["output"]!);
        Assert.Equal(1, (int)(await SendAsync(app, HttpMethod.Delete, "/instances/a1", HttpStatusCode.OK))["instancesDeleted"]!);
    }

    [Fact]
    public async Task The_list_filters_and_pages()
    {
        await using SampleApplication app = await SampleApplication.StartAsync();
        foreach (int number in Enumerable.Range(0, 5))
        {
            await SendAsync(app, HttpMethod.Post, $"/orchestrators/Await/a{number}", HttpStatusCode.Accepted);
        }

        await IdleAsync(app);
        using HttpResponseMessage first = await app.SendAsync(HttpMethod.Get, $"{Root}/instances?top=3&runtimeStatus=Running,Pending&instanceIdPrefix=a", SampleApplication.SystemKey);
        Assert.Equal(3, JsonNode.Parse(await first.Content.ReadAsStringAsync())!.AsArray().Count);
        string token = first.Headers.GetValues("x-ms-continuation-token").Single();
        using HttpRequestMessage next = new(HttpMethod.Get, $"{Root}/instances?top=3&code={SampleApplication.SystemKey}");
        next.Headers.Add("x-ms-continuation-token", token);
        using HttpResponseMessage second = await app.Http.SendAsync(next);
        Assert.Equal(2, JsonNode.Parse(await second.Content.ReadAsStringAsync())!.AsArray().Count);
        Assert.False(second.Headers.Contains("x-ms-continuation-token"));
    }

    [Fact]
    public async Task A_failure_is_a_server_error_where_that_is_asked_for()
    {
        await using SampleApplication app = await SampleApplication.StartAsync();
        await SendAsync(app, HttpMethod.Post, "/orchestrators/Greet/bad", HttpStatusCode.Accepted, "{}");
        await IdleAsync(app);

        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(HttpMethod.Get, $"{Root}/instances/bad", SampleApplication.SystemKey));
        Assert.Equal(
            HttpStatusCode.InternalServerError,
            await app.StatusAsync(HttpMethod.Get, $"{Root}/instances/bad?returnInternalServerErrorOnFailure=true", SampleApplication.SystemKey));
    }

    private static Task IdleAsync(SampleApplication app) => app.Engine.WhenIdleAsync(CancellationToken.None);

    private static async Task ChangeAsync(SampleApplication app, string operation, string status)
    {
        Assert.Equal(HttpStatusCode.Accepted, await app.StatusAsync(HttpMethod.Post, $"{Root}/instances/a1/{operation}?reason=because", SampleApplication.SystemKey));
        await IdleAsync(app);
        using HttpResponseMessage response = await app.SendAsync(HttpMethod.Get, $"{Root}/instances/a1", SampleApplication.SystemKey);
        Assert.Equal(status, (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["runtimeStatus"]!);
    }

    private static async Task<JsonNode> SendAsync(SampleApplication app, HttpMethod method, string path, HttpStatusCode expected, string? json = null)
    {
        using HttpResponseMessage response = await app.SendAsync(method, Root + path, SampleApplication.SystemKey, json);
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{response.StatusCode}: {body}");
        return JsonNode.Parse(body) ?? throw new JsonException("empty");
    }
}
