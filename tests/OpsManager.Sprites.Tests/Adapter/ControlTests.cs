using Microsoft.AspNetCore.Http;
using OpsManager.Core.Intents;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;
using OpsManager.Sprites.Tests.Support;
using OpsManager.Testing.Corpus;

namespace OpsManager.Sprites.Tests.Adapter;

public sealed class ControlTests
{
    private static readonly IntentId Intent = IntentId.Parse("int-one");

    [Fact]
    public async Task An_intent_is_sent_fenced_and_named()
    {
        await using var adapter = await FakeAdapter.AnswerAsync(200, """{"ok":true,"exitCode":0,"replayed":true}""");
        await using var boundary = new Boundary();
        var order = Order(IntentVerb.Approve) with
        {
            Attempt = 2,
            RuntimeRunId = "2030-01-01T00:00:00Z",
            Candidate = new Candidate("2030-01-01T00:00:00Z", 3, new DateTimeOffset(2030, 1, 1, 0, 5, 0, TimeSpan.Zero)),
        };

        Assert.Equal(new DeliveryAnswer(Intent, DeliveryOutcome.Done), (await SendAsync(boundary, adapter, order)).Value());
        var request = Assert.Single(adapter.Requests);
        Assert.Equal(("POST", "/ops/control"), (request.Method, request.Target));
        Assert.Equal("trace-1", request.Headers["X-Trace-Id"]);
        Assert.Equal(
            """{"loopId":"demo-loop","intent":"approve","by":"ann","note":"why","idempotencyKey":"int-one","traceId":"trace-1","noConfirm":true,"intentId":"int-one","runId":"run-1","attempt":2,"generation":3,"order":4,"runtimeRunId":"2030-01-01T00:00:00Z","candidate":{"runtimeRunId":"2030-01-01T00:00:00Z","iteration":3,"requestedAt":"2030-01-01T00:05:00+00:00"}}""",
            request.Body.Replace("\\u002B", "+", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_endpoint_of_version_1_gets_its_seven_members_and_a_key_for_each_sending()
    {
        await using var adapter = await FakeAdapter.ReplayAsync(CorpusLibrary.Recording("33").Only);
        await using var boundary = new Boundary();

        Assert.Equal(DeliveryOutcome.Done, (await SendAsync(boundary, adapter, Order(IntentVerb.Cancel) with { V1Only = true, Sends = 2, Attempt = 1, RuntimeRunId = "r" })).Value().Outcome);
        Assert.Equal(
            """{"loopId":"demo-loop","intent":"cancel","by":"ann","note":"int-one: why","idempotencyKey":"int-one-2","traceId":"trace-1","noConfirm":true}""",
            Assert.Single(adapter.Requests).Body);
    }

    [Theory]
    [InlineData("28", IntentVerb.Pause, DeliveryOutcome.Refused, "invalid_request")]
    [InlineData("30", IntentVerb.Approve, DeliveryOutcome.Unknown, "failed_command")]
    [InlineData("31", IntentVerb.Approve, DeliveryOutcome.Unknown, "replayed")]
    [InlineData("32", IntentVerb.Cancel, DeliveryOutcome.Unknown, "replayed")]
    [InlineData("33", IntentVerb.Cancel, DeliveryOutcome.Done, null)]
    [InlineData("34", IntentVerb.Cancel, DeliveryOutcome.Unknown, "replayed")]
    [InlineData("36", IntentVerb.Cancel, DeliveryOutcome.Unknown, "ambiguous")]
    [InlineData("38", IntentVerb.Approve, DeliveryOutcome.Done, null)]
    [InlineData("39", IntentVerb.Approve, DeliveryOutcome.Unknown, "failed_command")]
    [InlineData("40", IntentVerb.Approve, DeliveryOutcome.Unknown, "ambiguous")]
    [InlineData("41", IntentVerb.Approve, DeliveryOutcome.Unknown, "replayed")]
    [InlineData("42", IntentVerb.Reject, DeliveryOutcome.Done, null)]
    public async Task What_the_recorded_service_answered_is_taken_for_what_it_proves(string recording, IntentVerb verb, DeliveryOutcome outcome, string? code)
    {
        await using var adapter = await FakeAdapter.ReplayAsync(CorpusLibrary.Recording(recording).Exchanges[0]);
        await using var boundary = new Boundary();

        var answer = (await SendAsync(boundary, adapter, Order(verb) with { V1Only = true })).Value();

        Assert.Equal((outcome, code), (answer.Outcome, answer.Code));
    }

    [Theory]
    [InlineData("23", "adapter_unauthorized")]
    [InlineData("29", "transport_unreachable")]
    [InlineData("22", "adapter_error")]
    public async Task What_says_nothing_of_the_intent_is_a_failure(string recording, string code)
    {
        await using var adapter = await FakeAdapter.ReplayAsync(CorpusLibrary.Recording(recording).Exchanges[0]);
        await using var boundary = new Boundary();

        Assert.Equal(code, (await SendAsync(boundary, adapter, Order(IntentVerb.Cancel) with { V1Only = true })).Code());
    }

    [Theory]
    [InlineData(409, """{"ok":false,"exitCode":1,"error":{"code":"no_process","message":"no process of the run lives"}}""", DeliveryOutcome.Refused, "no_process", null)]
    [InlineData(409, """{"ok":false,"exitCode":1,"error":{"code":"tombstoned","message":"cancelled"}}""", DeliveryOutcome.Refused, "tombstoned", null)]
    [InlineData(409, """{"ok":false,"exitCode":1,"error":{"code":"stale_order","message":"older"}}""", DeliveryOutcome.Unknown, "stale_order", null)]
    [InlineData(409, """{"ok":false,"exitCode":1,"error":{"code":"already_decided","message":"bob was first"},"result":{"timestamp":"t","loopId":"demo-loop","intent":"approve","transport":"local","status":"failed_command","decision":{"status":"rejected","by":"bob"}}}""", DeliveryOutcome.Refused, "already_decided", "bob")]
    [InlineData(409, """{"ok":false,"exitCode":2,"result":{"timestamp":"t","loopId":"demo-loop","intent":"cancel","transport":"local","status":"ambiguous","commandOutput":"1 processes of the run are still alive."}}""", DeliveryOutcome.Unproven, "ambiguous", null)]
    [InlineData(503, """{"ok":false,"error":{"code":"control_in_progress","message":"busy"}}""", DeliveryOutcome.Unknown, "adapter_error", null)]
    [InlineData(404, """{"ok":false,"error":{"code":"unknown_loop","message":"no loop"}}""", DeliveryOutcome.Refused, "unknown_loop", null)]
    [InlineData(400, """{"ok":false,"error":{"code":"invalid_request","message":"note"}}""", DeliveryOutcome.Refused, "invalid_request", null)]
    [InlineData(409, """{"ok":false,"exitCode":1,"error":{"code":"Oh no!","message":"?"}}""", DeliveryOutcome.Refused, "control_refused", null)]
    public async Task What_our_adapter_answers_is_told_apart(int status, string body, DeliveryOutcome outcome, string code, string? by)
    {
        await using var adapter = await FakeAdapter.AnswerAsync(status, body);
        await using var boundary = new Boundary();

        switch (await SendAsync(boundary, adapter, Order(IntentVerb.Cancel)))
        {
            case AdapterAnswer<DeliveryAnswer> answer:
                Assert.Equal((outcome, code, by), (answer.Value.Outcome, answer.Value.Code, answer.Value.By));
                break;
            case AdapterFailure<DeliveryAnswer> failure:
                Assert.Equal((outcome, code), (DeliveryOutcome.Unknown, failure.Code));
                break;
        }
    }

    [Theory]
    [InlineData(200, "", "invalid_transport_payload")]
    [InlineData(200, "<html>", "invalid_transport_payload")]
    [InlineData(200, "[]", "invalid_transport_payload")]
    [InlineData(200, "{\"ok\":true}", "invalid_transport_payload")]
    [InlineData(200, "{\"ok\":true,\"exitCode\":\"0\"}", "invalid_transport_payload")]
    [InlineData(200, "{\"ok\":true,\"exitCode\":1}", "invalid_transport_payload")]
    [InlineData(302, "", "adapter_error")]
    [InlineData(409, "conflict", "adapter_error")]
    [InlineData(500, "{\"ok\":false,\"error\":[]}", "adapter_error")]
    [InlineData(502, "Bad Gateway", "adapter_error")]
    [InlineData(403, "", "adapter_unauthorized")]
    public async Task An_adapter_that_misbehaves_leaves_the_outcome_unknown(int status, string body, string code)
    {
        await using var adapter = await FakeAdapter.AnswerAsync(status, body);
        await using var boundary = new Boundary();

        Assert.Equal(code, (await SendAsync(boundary, adapter, Order(IntentVerb.Cancel))).Code());
    }

    [Fact]
    public async Task A_control_call_has_the_longer_limit()
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

        var call = SendAsync(boundary, adapter, Order(IntentVerb.Cancel));
        await Task.WhenAny(entered.Task, call);
        boundary.Time.Advance(TimeSpan.FromSeconds(14));
        Assert.False(call.IsCompleted);
        boundary.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("transport_timeout", (await call).Code());
    }

    [Fact]
    public async Task A_token_in_the_answer_does_not_come_out_of_it()
    {
        await using var adapter = await FakeAdapter.AnswerAsync(409, $$$"""{"ok":false,"exitCode":1,"error":{"code":"no_process","message":"token {{{Boundary.Token}}}\n!"}}""");
        await using var boundary = new Boundary();

        Assert.Equal("token *** !", (await SendAsync(boundary, adapter, Order(IntentVerb.Pause))).Value().Detail);
    }

    [Fact]
    public async Task A_relaunch_is_no_control_call()
    {
        await using var adapter = await FakeAdapter.AnswerAsync(200, "{}");
        await using var boundary = new Boundary();

        await Assert.ThrowsAsync<ArgumentException>(() => SendAsync(boundary, adapter, Order(IntentVerb.Relaunch)));
        Assert.Empty(adapter.Requests);
    }

    private static ControlOrder Order(IntentVerb verb) => new()
    {
        RunId = RunId.Parse("run-1"),
        Intent = Intent,
        Verb = verb,
        By = "ann",
        Note = "why",
        Generation = 3,
        Order = 4,
        Sends = 1,
    };

    private static Task<AdapterResult<DeliveryAnswer>> SendAsync(Boundary boundary, FakeAdapter adapter, ControlOrder order) =>
        boundary.Client.ControlAsync(Boundary.Sprite(adapter.Endpoint), Boundary.Loop, order, "trace-1", CancellationToken.None);
}
