using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using OpsManager.Sprites.Adapter;
using OpsManager.Sprites.Tests.Support;

namespace OpsManager.Sprites.Tests.Adapter;

public sealed class MisbehavingAdapterTests
{
    [Theory]
    [InlineData(200, "", "invalid_transport_payload")]
    [InlineData(200, "<html>hello</html>", "invalid_transport_payload")]
    [InlineData(200, "[]", "invalid_transport_payload")]
    [InlineData(200, "{\"schemaVersion\":\"v2\"}", "unsupported_schema_version")]
    [InlineData(200, "{}", "unsupported_schema_version")]
    [InlineData(200, "{\"ok\":false,\"error\":{\"code\":\"unknown_loop\",\"message\":\"?\"}}", "loop_unknown")]
    [InlineData(204, "", "invalid_transport_payload")]
    [InlineData(403, "", "adapter_unauthorized")]
    [InlineData(404, "{\"ok\":false,\"error\":{\"code\":\"unknown_loop\",\"message\":\"no loop\"}}", "loop_unknown")]
    [InlineData(404, "not here", "adapter_error")]
    [InlineData(409, "{\"ok\":false,\"error\":{\"code\":\"cursor_ahead\",\"message\":\"shrank\"}}", "cursor_ahead")]
    [InlineData(404, "{\"ok\":false,\"error\":{\"code\":\"loop_not_started\",\"message\":\"no log\"}}", "loop_not_started")]
    [InlineData(500, "{\"ok\":false,\"error\":[]}", "adapter_error")]
    [InlineData(502, "{\"ok\":false,\"error\":{\"code\":\"runtime_error\",\"message\":\"error: required artifact missing: /srv/x\"}}", "loop_not_started")]
    [InlineData(502, "Bad Gateway", "adapter_error")]
    [InlineData(503, "{\"error\":{\"code\":\"\\ud800\",\"message\":\"half a pair\"}}", "adapter_error")]
    public async Task Every_answer_has_its_code(int status, string body, string code)
    {
        await using var adapter = await FakeAdapter.StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            if (body.Length > 0)
            {
                await context.Response.WriteAsync(body);
            }
        });
        await using var boundary = new Boundary();

        Assert.Equal(code, (await boundary.SnapshotAsync(adapter.Endpoint)).Code());
    }

    [Fact]
    public async Task An_adapter_that_does_not_answer_times_out_by_the_managers_clock()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var adapter = await FakeAdapter.StartAsync(async context =>
        {
            entered.TrySetResult();
            await HangAsync(context);
        });
        await using var boundary = new Boundary();

        var call = boundary.SnapshotAsync(adapter.Endpoint);
        await Task.WhenAny(entered.Task, call);
        boundary.Time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(call.IsCompleted);
        boundary.Time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal("transport_timeout", (await call).Code());
    }

    [Fact]
    public async Task An_answer_that_never_ends_times_out_too()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var adapter = await FakeAdapter.StartAsync(async context =>
        {
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            begun.TrySetResult();
            await HangAsync(context);
        });
        await using var boundary = new Boundary();

        var call = boundary.SnapshotAsync(adapter.Endpoint);
        await Task.WhenAny(begun.Task, call);
        boundary.Time.Advance(TimeSpan.FromSeconds(10.1));

        Assert.Equal("transport_timeout", (await call).Code());
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_no_verdict_on_the_adapter()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var adapter = await FakeAdapter.StartAsync(async context =>
        {
            entered.TrySetResult();
            await HangAsync(context);
        });
        await using var boundary = new Boundary();
        using var cancellation = new CancellationTokenSource();

        var call = boundary.SnapshotAsync(adapter.Endpoint, cancellation.Token);
        await Task.WhenAny(entered.Task, call);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_the_token_goes_nowhere_else()
    {
        await using var other = await FakeAdapter.AnswerAsync(200, "{}");
        await using var adapter = await FakeAdapter.StartAsync(context =>
        {
            context.Response.Redirect(new Uri(other.Endpoint, "/ops/snapshot").AbsoluteUri);
            return Task.CompletedTask;
        });
        await using var boundary = new Boundary();

        Assert.Equal("adapter_error", (await boundary.SnapshotAsync(adapter.Endpoint)).Code());
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_oversized_answer_is_cut_off_announced_or_not(bool announced)
    {
        const int Size = 2_000_000;
        await using var adapter = await FakeAdapter.StartAsync(async context =>
        {
            context.Response.ContentLength = announced ? Size : null;
            var block = new byte[10_000];
            try
            {
                for (var sent = 0; sent < Size; sent += block.Length)
                {
                    await context.Response.Body.WriteAsync(block, context.RequestAborted);
                }
            }
            catch (OperationCanceledException)
            {
                // The client has seen enough.
            }
        });
        await using var boundary = new Boundary(new Dictionary<string, string?> { ["Adapter:MaxResponseBytes"] = "100000" });

        Assert.Equal("response_too_large", (await boundary.SnapshotAsync(adapter.Endpoint)).Code());
    }

    [Fact]
    public async Task A_connection_that_is_gone_as_soon_as_it_is_made_is_unreachable()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using var boundary = new Boundary(network: new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(listener.LocalEndPoint!, cancellation);
                using (var other = await listener.AcceptAsync(cancellation))
                {
                    // Not closed in good order, but reset.
                    other.LingerState = new LingerOption(true, 0);
                }

                socket.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });

        Assert.Equal("transport_unreachable", (await boundary.SnapshotAsync(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}"))).Code());
    }

    [Fact]
    public async Task A_connection_cut_off_within_the_answer_is_unreachable()
    {
        await using var adapter = await FakeAdapter.StartAsync(async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("{\"schemaVersion\"");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        await using var boundary = new Boundary();

        Assert.Equal("transport_unreachable", (await boundary.SnapshotAsync(adapter.Endpoint)).Code());
    }

    [Fact]
    public async Task What_does_not_speak_HTTP_is_garbage()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var boundary = new Boundary();

        var call = boundary.SnapshotAsync(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"));
        using var accepted = await listener.AcceptTcpClientAsync();
        await accepted.GetStream().WriteAsync("SSH-2.0-OpenSSH_9.6\r\n\r\n"u8.ToArray());

        Assert.Equal("invalid_transport_payload", (await call).Code());
    }

    [Fact]
    public async Task Nobody_listening_is_unreachable()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        await using var boundary = new Boundary();

        Assert.Equal("transport_unreachable", (await boundary.SnapshotAsync(new Uri($"http://127.0.0.1:{port}"))).Code());
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_unreachable()
    {
        await using var boundary = new Boundary(
            new Dictionary<string, string?> { ["Adapter:AllowedHosts:0"] = "sprite.example.org" },
            static _ => throw new SocketException((int)SocketError.HostNotFound));

        Assert.Equal("transport_unreachable", (await boundary.SnapshotAsync(new Uri("http://sprite.example.org"))).Code());
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("broken")]
    [InlineData("../main")]
    [InlineData("a:b")]
    public async Task Without_its_token_nothing_is_sent(string tokenName)
    {
        await using var adapter = await FakeAdapter.AnswerAsync(200, "{}");
        await using var boundary = new Boundary(new Dictionary<string, string?> { ["Adapter:Tokens:broken"] = "two\r\nlines", ["Adapter:Tokens:a:b"] = "x" });

        var result = await boundary.Client.GetSnapshotAsync(Boundary.Sprite(adapter.Endpoint, tokenName), Boundary.Loop, null, CancellationToken.None);

        Assert.Equal("adapter_token_missing", result.Code());
        Assert.Empty(adapter.Requests);
    }

    [Fact]
    public async Task An_adapter_that_repeats_the_token_does_not_get_it_into_the_record()
    {
        var message = "\u001b[31mgot Bearer s3cret-token\r\n\u202e" + new string('x', 500);
        await using var adapter = await FakeAdapter.AnswerAsync(500, System.Text.Json.JsonSerializer.Serialize(new { ok = false, error = new { code = "boom", message } }));
        await using var boundary = new Boundary();

        var failure = Assert.IsType<AdapterFailure<SnapshotReading>>(await boundary.SnapshotAsync(adapter.Endpoint));

        Assert.Equal("adapter_error", failure.Code());
        Assert.Contains("got Bearer ***", failure.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', failure.Detail);
        Assert.Equal(200, failure.Detail.Length);
    }

    [Fact]
    public void Cleaning_keeps_pairs_whole_and_lines_one()
    {
        Assert.Equal("a b c", DetailText.Clean(" a\r\n\tb\u0000\u2028c "));
        var emoji = DetailText.Clean(string.Concat(Enumerable.Repeat("\U0001F600", 150)));
        Assert.InRange(emoji.Length, 190, 200);
        Assert.Equal(emoji, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(emoji)));
    }

    private static Task HangAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        context.RequestAborted.Register(() => gone.TrySetResult());
        return gone.Task;
    }
}
