using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using OpsManager.Notifications.Sinks;
using OpsManager.Notifications.Tests.Support;
using OpsManager.Testing.Http;

namespace OpsManager.Notifications.Tests.Sinks;

/// <summary>Every sink over real HTTP on loopback, well and badly behaved.</summary>
public sealed class TransportTests : IAsyncLifetime
{
    private ReceivingServer _server = null!;

    public async Task InitializeAsync() => _server = await ReceivingServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_webhook_is_signed_and_named()
    {
        await using var host = SinkHost.Webhook(new Uri(_server.Address, "alerts?team=shop"));

        Assert.IsType<SinkResult.Delivered>(await host.SendAsync());

        var post = Assert.Single(_server.Received);
        Assert.Equal(("/alerts?team=shop", SampleMessages.Raised.Id, "1772366400"), (post.Path, post.Headers["webhook-id"], post.Headers["webhook-timestamp"]));
        Assert.StartsWith("v1,", post.Headers["webhook-signature"], StringComparison.Ordinal);
        Assert.Equal("application/json", post.Headers["Content-Type"]);
        Assert.False(post.Headers.ContainsKey("traceparent"));
    }

    [Fact]
    public async Task Slack_is_posted_to_its_secret_address()
    {
        await using var host = new SinkHost(
            """{ "sinks": [ { "name": "ops", "type": "slack", "urlSecret": "slack_url" } ] }""",
            new Dictionary<string, string?> { ["Escalations:Secrets:slack_url"] = new Uri(_server.Address, "services/T0/B0/verysecret").ToString() });

        Assert.IsType<SinkResult.Delivered>(await host.SendAsync());
        Assert.Equal("/services/T0/B0/verysecret", _server.Received.Single().Path);

        _server.Answer = async context =>
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync($"no_service at {context.Request.Path}");
        };
        var refused = Assert.IsType<SinkResult.Refused>(await host.SendAsync());
        Assert.Equal("http_404", refused.Code);
        Assert.DoesNotContain("verysecret", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PagerDuty_is_sent_its_key_in_the_body_only()
    {
        await using var host = new SinkHost(
            $$"""{ "sinks": [ { "name": "p", "type": "pagerduty", "url": "{{_server.Address}}v2/enqueue", "routingKeySecret": "key" } ] }""",
            new Dictionary<string, string?> { ["Escalations:Secrets:key"] = "k-secret" });

        Assert.IsType<SinkResult.Delivered>(await host.SendAsync());

        var post = _server.Received.Single();
        Assert.Equal("k-secret", (string?)post.Json["routing_key"]);
        Assert.DoesNotContain(post.Headers.Values, value => value.Contains("k-secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(429, "7", 7)]
    [InlineData(503, "Sun, 01 Mar 2026 12:01:30 GMT", 90)]
    [InlineData(500, null, null)]
    [InlineData(408, null, null)]
    [InlineData(429, "0", null)]
    [InlineData(502, "Sun, 01 Mar 2026 11:00:00 GMT", null)]
    public async Task What_may_pass_is_a_failure_with_the_pause_that_was_asked_for(int status, string? retryAfter, int? seconds)
    {
        _server.AnswerWith(status, retryAfter is null ? [] : [("Retry-After", retryAfter)]);
        await using var host = SinkHost.Webhook(_server.Address);

        var failed = Assert.IsType<SinkResult.Failed>(await host.SendAsync());

        Assert.Equal(($"http_{status}", seconds), (failed.Code, (int?)failed.RetryAfter?.TotalSeconds));
    }

    [Theory]
    [InlineData(400, "http_400")]
    [InlineData(401, "http_401")]
    [InlineData(410, "http_410")]
    [InlineData(302, "redirected")]
    [InlineData(307, "redirected")]
    public async Task What_will_not_pass_is_a_refusal_and_a_redirect_is_not_followed(int status, string code)
    {
        _server.AnswerWith(status, ("Location", new Uri(_server.Address, "elsewhere").ToString()));
        await using var host = SinkHost.Webhook(_server.Address);

        Assert.Equal(code, Assert.IsType<SinkResult.Refused>(await host.SendAsync()).Code);
        Assert.Single(_server.Received);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_waited_for_as_long_as_is_allowed()
    {
        var arrived = new TaskCompletionSource();
        _server.Answer = async context =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        await using var host = SinkHost.Webhook(_server.Address);

        var sending = host.SendAsync();
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        host.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("timeout", Assert.IsType<SinkResult.Failed>(await sending).Code);
    }

    [Fact]
    public async Task Where_nobody_listens_is_unreachable()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        await using var host = SinkHost.Webhook(new Uri($"http://127.0.0.1:{port}/"));

        Assert.Equal("unreachable", Assert.IsType<SinkResult.Failed>(await host.SendAsync()).Code);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("168.63.129.16")]
    [InlineData("fe80::1")]
    [InlineData("127.0.0.1")]
    public async Task A_listed_name_that_leads_to_a_forbidden_address_is_not_called(string address)
    {
        await using var host = SinkHost.Webhook(new Uri("https://sinks.test/"), resolve: _ => [IPAddress.Parse(address)]);

        Assert.Equal("host_not_allowed", Assert.IsType<SinkResult.Failed>(await host.SendAsync()).Code);
    }

    [Fact]
    public async Task A_secret_address_off_the_list_is_not_called()
    {
        await using var host = new SinkHost(
            """{ "sinks": [ { "name": "ops", "type": "slack", "urlSecret": "slack_url" } ] }""",
            new Dictionary<string, string?> { ["Escalations:Secrets:slack_url"] = "https://elsewhere.test/services/verysecret" });

        var failed = Assert.IsType<SinkResult.Failed>(await host.SendAsync());

        Assert.Equal("host_not_allowed", failed.Code);
        Assert.DoesNotContain("verysecret", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signing_secret_of_another_form_is_named_and_not_repeated()
    {
        await using var host = SinkHost.Webhook(_server.Address, new Dictionary<string, string?> { ["Escalations:Secrets:signing"] = "plain-text" });

        var failed = Assert.IsType<SinkResult.Failed>(await host.SendAsync());

        Assert.Equal("secret_missing", failed.Code);
        Assert.Contains("Escalations:Secrets:signing", failed.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("plain-text", failed.Detail, StringComparison.Ordinal);
        Assert.Empty(_server.Received);
    }
}
