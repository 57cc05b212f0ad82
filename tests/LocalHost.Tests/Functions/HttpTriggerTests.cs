using System.Net;
using System.Text.Json;

namespace LocalHost.Tests.Functions;

public sealed class HttpTriggerTests
{
    [Fact]
    public async Task Route_values_are_bound_and_constrained()
    {
        await using SampleApplication app = await SampleApplication.StartAsync();

        Assert.Equal(
            """{"number":7,"id":null,"method":"GET"}""",
            await app.Http.GetStringAsync("/api/items/7"));
        Assert.Contains("\"id\":\"11111111-1111-1111-1111-111111111111\"", await app.Http.GetStringAsync("/api/items/7/11111111-1111-1111-1111-111111111111"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await app.StatusAsync(HttpMethod.Get, "/api/items/seven"));
        Assert.Equal(HttpStatusCode.NotFound, await app.StatusAsync(HttpMethod.Post, "/api/items/7"));
    }

    [Fact]
    public async Task A_trigger_that_names_only_methods_is_anonymous()
    {
        await using SampleApplication app = await SampleApplication.StartAsync();

        Assert.Equal("plain /api/Text", await app.Http.GetStringAsync("/api/Text"));
    }

    [Fact]
    public async Task A_function_without_a_result_leaves_the_response_as_it_made_it()
    {
        await using SampleApplication app = await SampleApplication.StartAsync();

        Assert.Equal(HttpStatusCode.NoContent, await app.StatusAsync(HttpMethod.Put, "/api/Nothing"));
    }

    [Fact]
    public async Task A_failed_function_gives_a_problem_without_its_details()
    {
        await using SampleApplication app = await SampleApplication.StartAsync();

        using HttpResponseMessage response = await app.SendAsync(HttpMethod.Get, "/api/Broken");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        string body = await response.Content.ReadAsStringAsync();
        Assert.Contains("\"code\":\"internal_error\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("wrong", HttpStatusCode.Unauthorized)]
    [InlineData(SampleApplication.SystemKey, HttpStatusCode.Unauthorized)]
    [InlineData(SampleApplication.GuardedKey, HttpStatusCode.OK)]
    [InlineData(SampleApplication.HostKey, HttpStatusCode.OK)]
    [InlineData(SampleApplication.MasterKey, HttpStatusCode.OK)]
    public async Task A_function_opens_for_its_own_key_the_host_s_and_the_master_s(string? key, HttpStatusCode expected)
    {
        await using SampleApplication app = await SampleApplication.StartAsync();

        Assert.Equal(expected, await app.StatusAsync(HttpMethod.Get, "/api/Guarded", key));
        Assert.Equal(expected, await app.StatusAsync(HttpMethod.Get, $"/api/Guarded?code={key}"));
    }

    [Theory]
    [InlineData(SampleApplication.GuardedKey, HttpStatusCode.Unauthorized)]
    [InlineData(SampleApplication.HostKey, HttpStatusCode.Forbidden)]
    public async Task A_lesser_key_does_not_open_what_is_for_the_master(string key, HttpStatusCode refusalOfTheHost)
    {
        await using SampleApplication app = await SampleApplication.StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await app.StatusAsync(HttpMethod.Get, "/api/Private", key));
        Assert.Equal(refusalOfTheHost, await app.StatusAsync(HttpMethod.Get, "/admin/host/status", key));
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(HttpMethod.Get, "/api/Private", SampleApplication.MasterKey));
    }

    [Fact]
    public async Task A_key_scoped_to_one_function_opens_no_other()
    {
        await using SampleApplication app = await SampleApplication.StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await app.StatusAsync(HttpMethod.Post, "/api/runs/r1", SampleApplication.GuardedKey, "\"x\""));
    }

    [Fact]
    public async Task A_refusal_is_a_problem_with_a_code()
    {
        await using SampleApplication app = await SampleApplication.StartAsync();

        using HttpResponseMessage response = await app.SendAsync(HttpMethod.Get, "/api/Guarded");

        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("unauthorized", problem.RootElement.GetProperty("code").GetString());
        Assert.Equal(401, problem.RootElement.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Middleware_runs_in_the_order_of_registration_around_every_trigger()
    {
        await using SampleApplication app = await SampleApplication.StartAsync();

        using HttpResponseMessage started = await app.SendAsync(HttpMethod.Post, "/api/runs/r1", SampleApplication.HostKey, "\"World\"");
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        await app.Engine.WhenIdleAsync(CancellationToken.None);

        string[] trace = [.. app.State.Trace];
        Assert.Equal(["first: Start, POST", "second: Start"], trace[..2]);
        Assert.Contains("first: Greet, no request", trace);
        Assert.Contains("first: Compose, no request", trace);
    }

    [Fact]
    public async Task An_orchestration_started_over_HTTP_runs_to_its_end()
    {
        await using SampleApplication app = await SampleApplication.StartAsync();

        using HttpResponseMessage started = await app.SendAsync(HttpMethod.Post, "/api/runs/r1", SampleApplication.HostKey, "\"World\"");
        await app.Engine.WhenIdleAsync(CancellationToken.None);

        using HttpResponseMessage status = await app.SendAsync(HttpMethod.Get, "/runtime/webhooks/durabletask/instances/r1", SampleApplication.SystemKey);
        Assert.Contains("\"output\":\"Hello, World (r1)\"", await status.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_host_tells_that_it_lives_and_the_master_what_it_serves()
    {
        await using SampleApplication app = await SampleApplication.StartAsync();

        Assert.Equal("""{"status":"ok"}""", await app.Http.GetStringAsync("/healthz"));
        Assert.Equal("""{"status":"ok"}""", await app.Http.GetStringAsync("/"));
        using HttpResponseMessage status = await app.SendAsync(HttpMethod.Get, "/admin/host/status", SampleApplication.MasterKey);
        string body = await status.Content.ReadAsStringAsync();
        Assert.Contains("\"state\":\"Running\"", body, StringComparison.Ordinal);
        Assert.Contains("\"Tick\"", body, StringComparison.Ordinal);
    }
}
