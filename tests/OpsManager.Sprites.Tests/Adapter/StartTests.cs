using Microsoft.AspNetCore.Http;
using OpsManager.Core.Decisions;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;
using OpsManager.Sprites.Tests.Support;

namespace OpsManager.Sprites.Tests.Adapter;

public sealed class StartTests
{
    [Fact]
    public async Task A_start_is_sent_fenced_and_its_base_line_read()
    {
        await using var adapter = await FakeAdapter.AnswerAsync(200, """{"ok":true,"started":{"pid":7,"baseLine":29,"epoch":"e"}}""");
        await using var boundary = new Boundary();

        Assert.Equal(new StartAnswer(true, null, null, 29), (await StartAsync(boundary, adapter)).Value());
        var request = Assert.Single(adapter.Requests);
        Assert.Equal(("POST", "/ops/start"), (request.Method, request.Target));
        Assert.Equal("""{"runId":"run-1","attempt":2,"generation":3,"order":4,"loopId":"demo-loop"}""", request.Body);
        Assert.Equal("application/json", request.Headers["Content-Type"]);
    }

    [Theory]
    [InlineData(409)]
    [InlineData(200)]
    public async Task A_refusal_is_an_answer(int status)
    {
        await using var adapter = await FakeAdapter.AnswerAsync(status, """{"ok":false,"error":{"code":"order_stale","message":"order 4 is not\nabove 9"}}""");
        await using var boundary = new Boundary();

        Assert.Equal(new StartAnswer(false, "order_stale", "order 4 is not above 9", null), (await StartAsync(boundary, adapter)).Value());
    }

    [Fact]
    public async Task A_refusal_with_a_code_of_free_text_gets_one_of_ours()
    {
        await using var adapter = await FakeAdapter.AnswerAsync(409, """{"ok":false,"error":{"code":"Oh no!","message":"busy"}}""");
        await using var boundary = new Boundary();

        Assert.Equal("start_refused", (await StartAsync(boundary, adapter)).Value().RefusalCode);
    }

    [Theory]
    [InlineData(200, "{\"ok\":true}", "invalid_transport_payload")]
    [InlineData(200, "{\"ok\":true,\"started\":{\"baseLine\":-1}}", "invalid_transport_payload")]
    [InlineData(200, "{\"ok\":true,\"started\":{\"baseLine\":\"1\"}}", "invalid_transport_payload")]
    [InlineData(200, "started", "invalid_transport_payload")]
    [InlineData(409, "conflict", "adapter_error")]
    [InlineData(404, "{\"ok\":false,\"error\":{\"code\":\"not_found\",\"message\":\"endpoint not found\"}}", "adapter_error")]
    [InlineData(404, "{\"ok\":false,\"error\":{\"code\":\"unknown_loop\",\"message\":\"no\"}}", "loop_unknown")]
    [InlineData(401, "", "adapter_unauthorized")]
    public async Task Anything_else_is_a_failure_after_which_one_must_read(int status, string body, string code)
    {
        await using var adapter = await FakeAdapter.AnswerAsync(status, body);
        await using var boundary = new Boundary();

        Assert.Equal(code, (await StartAsync(boundary, adapter)).Code());
    }

    [Fact]
    public async Task A_start_has_the_longer_limit()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var adapter = await FakeAdapter.StartAsync(async context =>
        {
            entered.TrySetResult();
            var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            context.RequestAborted.Register(() => gone.TrySetResult());
            await gone.Task;
        });
        await using var boundary = new Boundary();

        var call = StartAsync(boundary, adapter);
        await Task.WhenAny(entered.Task, call);
        boundary.Time.Advance(TimeSpan.FromSeconds(14));
        Assert.False(call.IsCompleted);
        boundary.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("transport_timeout", (await call).Code());
    }

    private static Task<AdapterResult<StartAnswer>> StartAsync(Boundary boundary, FakeAdapter adapter) =>
        boundary.Client.StartAsync(Boundary.Sprite(adapter.Endpoint), Boundary.Loop, new StartOrder(RunId.Parse("run-1"), 2, 3, 4), CancellationToken.None);
}
