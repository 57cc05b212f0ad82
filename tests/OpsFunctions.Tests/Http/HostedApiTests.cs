using System.Net;
using System.Text.Json.Nodes;
using OpsFunctions.Tests.Support;

namespace OpsFunctions.Tests.Http;

/// <summary>The API through the host: routes, keys, middleware.</summary>
public sealed class HostedApiTests
{
    [Fact]
    public async Task Requests_pass_the_middleware_and_need_a_key()
    {
        await using var host = await HostFixture.StartAsync();
        const string traceId = "0af7651916cd43dd8448eb211c80319c";
        var (missing, text) = await host.SendAsync("GET", "/api/runs/run-nobody", null, true, ("traceparent", $"00-{traceId}-b7ad6b7169203331-01"), ("x-request-id", "mine-1"));
        var problem = JsonNode.Parse(text)!;

        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal("application/problem+json", missing.Content.Headers.ContentType!.MediaType);
        Assert.Equal(("run_not_found", traceId, "/api/runs/run-nobody"), (problem["code"]!.GetValue<string>(), problem["traceId"]!.GetValue<string>(), problem["instance"]!.GetValue<string>()));
        Assert.Equal("run_not_found", missing.Headers.GetValues("x-error-code").Single());
        Assert.Equal("mine-1", missing.Headers.GetValues("x-request-id").Single());
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync("GET", "/api/runs", withKey: false)).Response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync("GET", "/api/openapi.json")).Response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync("GET", "/api/fleet")).Response.StatusCode);
    }

    [Fact]
    public async Task What_a_function_throws_becomes_a_problem_that_gives_nothing_away()
    {
        await using var host = await HostFixture.StartAsync();
        host.Adapter.OnSnapshot = _ => throw new InvalidOperationException("secret detail");

        var (response, text) = await host.SendAsync("POST", "/api/runs", Body());

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("internal_error", JsonNode.Parse(text)!["code"]!.GetValue<string>());
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_accepted_over_HTTP_is_polled_and_read()
    {
        await using var host = await HostFixture.StartAsync();
        var polled = new TaskCompletionSource();
        host.Adapter.Log("loop_start", "iteration_start");
        host.Adapter.OnSnapshot = call =>
        {
            // The first call is the probe.
            if (call > 1)
            {
                polled.TrySetResult();
            }

            return Task.CompletedTask;
        };

        var (accepted, text) = await host.SendAsync("POST", "/api/runs", Body());
        await polled.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var events = await host.SendAsync("GET", new Uri(JsonNode.Parse(text)!["links"]!["events"]!.GetValue<string>()).PathAndQuery + "?waitSeconds=30");

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal("loop_start", JsonNode.Parse(events.Text)!["value"]![0]!["envelope"]!["event"]!["name"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync("GET", accepted.Headers.Location!.PathAndQuery)).Response.StatusCode);
    }

    private static JsonObject Body() => new()
    {
        ["loopId"] = Samples.Loop.Value,
        ["sprite"] = new JsonObject { ["name"] = "sprite-a", ["endpoint"] = "http://adapter.test:8080" },
    };
}
