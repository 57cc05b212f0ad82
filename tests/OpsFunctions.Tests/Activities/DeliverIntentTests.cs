using OpsFunctions.Activities;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Activities;

public sealed class DeliverIntentTests : IDisposable
{
    private static readonly IntentId Id = IntentId.Parse("int-one");

    private readonly AppFixture _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task The_order_carries_everything_that_fences_and_names_it()
    {
        await SendingAsync(IntentVerb.Approve, run => run with
        {
            Capabilities = ["approve"],
            Evidence = run.Evidence with { Attempts = [new Attempt { Number = 1, Cause = AttemptCause.Attach, Epoch = 1, BaseLine = 0, RuntimeRunId = "r-1" }] },
        });

        Assert.Equal(new DeliveryAnswer(Id, DeliveryOutcome.Done), await DeliverAsync());

        Assert.Equal(
            new ControlOrder
            {
                RunId = RunId.Parse("run-sample"),
                Intent = Id,
                Verb = IntentVerb.Approve,
                By = "ann",
                Note = "why",
                Attempt = 1,
                Generation = 1,
                Order = 1_000_000_000_072,
                Sends = 1,
                RuntimeRunId = "r-1",
                Candidate = new Candidate("r-1", 2, null),
            },
            Assert.Single(_app.Adapter.Controls));
    }

    [Fact]
    public async Task An_endpoint_that_announces_nothing_is_one_of_version_1()
    {
        await SendingAsync(IntentVerb.Cancel, static run => run with { Capabilities = null });

        await DeliverAsync();

        Assert.True(Assert.Single(_app.Adapter.Controls).V1Only);
    }

    [Theory]
    [InlineData(AdapterFailureCodes.TransportUnreachable)]
    [InlineData(AdapterFailureCodes.EndpointNotAllowed)]
    [InlineData(AdapterFailureCodes.AdapterTokenMissing)]
    [InlineData(AdapterFailureCodes.AdapterUnauthorized)]
    [InlineData(AdapterFailureCodes.AdapterError)]
    public async Task A_failure_says_nothing_of_the_intent(string code)
    {
        await SendingAsync(IntentVerb.Cancel);
        _app.Adapter.OnControl = _ => new AdapterFailure<DeliveryAnswer>(code, "failed");

        Assert.Equal(new DeliveryAnswer(Id, DeliveryOutcome.Unknown, code, "failed"), await DeliverAsync());
    }

    [Fact]
    public async Task No_answer_in_time_leaves_it_unknown()
    {
        await SendingAsync(IntentVerb.Cancel);
        _app.Adapter.Hangs = true;

        var answer = await _app.PassTimeUntilAsync(DeliverAsync());

        Assert.Equal((DeliveryOutcome.Unknown, "transport_timeout"), (answer!.Outcome, answer.Code));
        Assert.True(_app.Time.GetUtcNow() - Samples.Start >= TimeSpan.FromSeconds(15));
    }

    [Theory]
    [InlineData(true, null, DeliveryOutcome.Done)]
    [InlineData(false, "tombstoned", DeliveryOutcome.Refused)]
    [InlineData(false, "stale_order", DeliveryOutcome.Unknown)]
    [InlineData(false, "start_in_progress", DeliveryOutcome.Unknown)]
    public async Task A_relaunch_is_a_start_of_the_attempt_it_names(bool accepted, string? code, DeliveryOutcome outcome)
    {
        await SendingAsync(IntentVerb.Relaunch);
        _app.Adapter.OnStart = _ => new AdapterAnswer<StartAnswer>(new StartAnswer(accepted, code, null, accepted ? 12 : null));

        var answer = (await DeliverAsync())!;

        Assert.Equal((outcome, code, accepted ? 12 : (long?)null), (answer.Outcome, answer.Code, answer.BaseLine));
        Assert.Equal(new StartOrder(RunId.Parse("run-sample"), 1, 1, 1_000_000_000_072), Assert.Single(_app.Adapter.Starts));
        Assert.Empty(_app.Adapter.Controls);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    public async Task A_relaunch_that_is_sent_again_looks_once_more_at_what_the_last_attempt_left(int sends, int looks)
    {
        await SendingAsync(IntentVerb.Relaunch, static run => run with { Capabilities = ["start", "diagnostics"] }, sends);

        await DeliverAsync();
        await DeliverAsync();

        Assert.Equal(looks, _app.Adapter.DiagnosticsCalls);
    }

    [Fact]
    public async Task Nothing_is_sent_for_an_engine_that_was_replaced_or_an_intent_that_is_not_being_sent()
    {
        var head = await SendingAsync(IntentVerb.Cancel);

        Assert.Null(await DeliverAsync(generation: 2));
        Assert.Null(await DeliverAsync(intent: "int-other"));
        await ApplyAsync(head, head.Run with { Intents = head.Run.Intents.Select(static open => open with { Status = IntentStatus.Accepted }).ToValueList() });
        Assert.Null(await DeliverAsync());
        Assert.Empty(_app.Adapter.Controls);
    }

    [Fact]
    public void Orders_rise_over_launches_intents_cycles_and_generations()
    {
        long[] orders =
        [
            ControlOrders.OfStart(1, 1), ControlOrders.OfIntent(1, 1), ControlOrders.OfStart(1, 2), ControlOrders.OfIntent(1, 2), ControlOrders.OfStart(2, 1),
        ];

        Assert.Equal(orders.Distinct().Order(), orders);
    }

    private Task<DeliveryAnswer?> DeliverAsync(int generation = 1, string intent = "int-one") =>
        _app.Get<DeliverIntentActivity>().RunAsync(new DeliverIntentRequest(RunId.Parse("run-sample"), generation, 7, IntentId.Parse(intent)), null!);

    private async Task<RunHead> SendingAsync(IntentVerb verb, Func<LoopRun, LoopRun>? change = null, int sends = 1)
    {
        var head = await _app.CreateAsync();
        var run = (change?.Invoke(head.Run) ?? head.Run) with
        {
            Intents =
            [
                new Intent
                {
                    Id = Id,
                    Number = 1,
                    Verb = verb,
                    Status = IntentStatus.Sending,
                    By = "ann",
                    Note = "why",
                    AcceptedAt = Samples.Start,
                    Attempt = 1,
                    Sends = sends,
                    Candidate = verb.Decides() ? new Candidate("r-1", 2, null) : null,
                },
            ],
            IntentCount = 1,
        };
        return await ApplyAsync(head, run);
    }

    private async Task<RunHead> ApplyAsync(RunHead head, LoopRun run) => Assert.IsType<WriteResult.Written>(await _app.Store.ApplyAsync(
        head.Run.Spec.RunId,
        head.Engine,
        new ApplyRequest($"set-{head.Revision}", head.Revision, new Decision(run, [], [], true) { Intents = head.Run.IntentCount == 0 ? run.Intents : [] }),
        default)).Head;
}
