using System.Diagnostics;
using System.Text.Json.Nodes;
using OpsFunctions.Http;
using OpsFunctions.Orchestrations;
using OpsFunctions.Telemetry;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Runs;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Telemetry;

public sealed class TraceTests : IDisposable
{
    private const string Parent = "b7ad6b7169203331";

    // A trace of each test's own: the others run beside it, and the source is one for all.
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly AppFixture _app = new();

    private string TraceParent => $"00-{_trace.ToHexString()}-{Parent}-01";

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task A_run_shows_the_trace_of_the_request_that_started_it_and_keeps_the_span_below_it()
    {
        using var recorder = new SpanRecorder(_trace);
        var body = new JsonObject
        {
            ["launch"] = "attach",
            ["loopId"] = Samples.Loop.Value,
            ["sprite"] = new JsonObject { ["name"] = "sprite-a", ["endpoint"] = "http://adapter.test:8080" },
        };
        var request = _app.Request("POST", "/api/runs", body, ("traceparent", TraceParent));

        var answer = await Answer.OfAsync(_app.Get<RunsFunctions>().CreateAsync(request, _app.Client), request);

        Assert.Equal(202, answer.Status);
        Assert.Equal(_trace.ToHexString(), answer.Json["traceId"]!.GetValue<string>());
        var start = recorder.Single("run.start");
        Assert.Equal(start.Id, (await _app.HeadAsync(answer.Json["runId"]!.GetValue<string>())).Run.Spec.TraceParent);
        Assert.Equal(start.SpanId, recorder.Single("run.engine.start").ParentSpanId);
    }

    [Fact]
    public async Task Polling_deciding_and_launching_are_in_the_trace_of_the_run()
    {
        using var recorder = new SpanRecorder(_trace);
        await CreateAsync();
        _app.Adapter.Log("loop_start", "iteration_start");

        await _app.CycleAsync(1);

        Assert.Equal(["run.poll", "run.apply"], recorder.Spans.Select(span => span.OperationName));
        Assert.All(recorder.Spans, span => Assert.Equal(Parent, span.ParentSpanId.ToHexString()));
        Assert.All(recorder.Spans, span => Assert.Equal("run-sample", span.GetTagItem("cicd.pipeline.run.id")));
    }

    [Fact]
    public async Task A_failed_poll_is_a_failed_span()
    {
        using var recorder = new SpanRecorder(_trace);
        await CreateAsync();
        _app.Adapter.Failure = "transport_unreachable";

        await _app.PollAsync(1);

        var poll = recorder.Single("run.poll");
        Assert.Equal((ActivityStatusCode.Error, "transport_unreachable"), (poll.Status, poll.StatusDescription));
    }

    [Fact]
    public async Task An_engine_started_by_the_watchdog_is_in_the_trace_of_its_run_and_linked_to_the_tick()
    {
        using var recorder = new SpanRecorder(_trace);
        var head = await CreateAsync();
        using var tick = new Activity("tick").SetIdFormat(ActivityIdFormat.W3C).Start();

        await _app.Get<EngineStarter>().EnsureStartedAsync(_app.Client, head, default);

        Assert.Equal(tick.TraceId, Assert.Single(recorder.Single("run.engine.start").Links).Context.TraceId);
    }

    [Fact]
    public void A_span_that_nobody_records_still_carries_its_trace()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        using (var outer = OpsTelemetry.StartSpan("outer", ActivityKind.Internal, $"00-{trace}-b7ad6b7169203331-01"))
        {
            using var inner = OpsTelemetry.StartSpan("inner", ActivityKind.Client, null);
            Assert.Same(inner, Activity.Current);
            Assert.Equal((trace, outer.SpanId), (inner.TraceId.ToHexString(), inner.ParentSpanId));
            Assert.EndsWith("-01", inner.Id, StringComparison.Ordinal);
        }

        Assert.Null(Activity.Current);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    public void Without_a_usable_context_a_span_begins_a_trace(string? traceParent)
    {
        using var span = OpsTelemetry.StartSpan("alone", ActivityKind.Internal, traceParent);
        Assert.NotEqual(default, span.TraceId);
        Assert.Equal(default, span.ParentSpanId);
    }

    [Fact]
    public async Task A_call_of_an_adapter_has_a_span_of_its_own()
    {
        using var recorder = new SpanRecorder(_trace);
        _app.Adapter.EventsFailure = "adapter_error";
        var client = new TracedAdapterClient(_app.Adapter);
        var spec = Run().Spec;
        using (OpsTelemetry.StartSpan("run.poll", ActivityKind.Internal, spec.TraceParent))
        {
            await client.GetSnapshotAsync(spec.Sprite, spec.LoopId, null, default);
            await client.GetEventsAsync(spec.Sprite, spec.LoopId, 0, 10, null, default);
        }

        var poll = recorder.Single("run.poll");
        Assert.Equal((poll.SpanId, ActivityKind.Client), (recorder.Single("adapter.snapshot").ParentSpanId, recorder.Single("adapter.snapshot").Kind));
        Assert.Equal(ActivityStatusCode.Error, recorder.Single("adapter.events").Status);
    }

    [Fact]
    public void The_app_calls_adapters_through_the_traced_client()
    {
        // The fixture replaces it; the composition root alone has it.
        using var provider = TelemetryCompositionTests.Compose([]);
        Assert.IsType<TracedAdapterClient>(provider.GetService(typeof(OpsManager.Sprites.Adapter.IAdapterClient)));
    }

    private LoopRun Run()
    {
        var run = Samples.Run();
        return run with { Spec = run.Spec with { TraceParent = TraceParent } };
    }

    private async Task<RunHead> CreateAsync() =>
        ((CreateRunResult.Created)await _app.Store.CreateAsync(new NewRun(Run(), null, "hash"), default)).Head;
}
