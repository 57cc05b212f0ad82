using System.Text;
using OpsFunctions.Activities.Diagnostics;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Decisions;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage.Diagnostics;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Purging;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Diagnostics;

public sealed class DiagnosticsCaptureTests : IDisposable
{
    private static readonly RunId Run = RunId.Parse("run-sample");
    private readonly AppFixture _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task What_the_sprite_shows_at_the_end_is_kept_with_its_attempt()
    {
        await EndedAsync(attempts: 2);

        Assert.Equal(CaptureDiagnosticsOutcome.Stored, await CaptureAsync(DiagnosticsCause.End));

        var kept = Assert.Single(await KeptAsync());
        Assert.Equal((2, DiagnosticsCause.End, DiagnosticsOutcome.Captured, _app.Time.GetUtcNow()), (kept.Attempt, kept.Cause, kept.Outcome, kept.CapturedAt));
        Assert.Equal(_app.Adapter.Diagnostics, Encoding.UTF8.GetString(kept.Document.Span));
    }

    [Fact]
    public async Task A_repeated_activity_asks_nobody_and_changes_nothing()
    {
        await EndedAsync();
        await CaptureAsync(DiagnosticsCause.End);
        _app.Adapter.Diagnostics = """{"ok":true,"later":true}""";

        Assert.Equal(CaptureDiagnosticsOutcome.Known, await CaptureAsync(DiagnosticsCause.End));

        Assert.Equal(1, _app.Adapter.DiagnosticsCalls);
        Assert.DoesNotContain("later", Encoding.UTF8.GetString((await KeptAsync())[0].Document.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_attempt_keeps_its_own_and_the_end_replaces_what_was_kept_for_a_launch_that_came_to_nothing()
    {
        await LiveAsync(attempts: 1);
        Assert.Equal(CaptureDiagnosticsOutcome.Stored, await CaptureAsync(DiagnosticsCause.Relaunch));
        Assert.Equal(CaptureDiagnosticsOutcome.Known, await CaptureAsync(DiagnosticsCause.Relaunch));
        await LiveAsync(attempts: 2);
        Assert.Equal(CaptureDiagnosticsOutcome.Stored, await CaptureAsync(DiagnosticsCause.Relaunch));
        await _app.FinishAsync("run-sample");
        Assert.Equal(CaptureDiagnosticsOutcome.Stored, await CaptureAsync(DiagnosticsCause.End));

        Assert.Equal([(2, DiagnosticsCause.End), (1, DiagnosticsCause.Relaunch)], (await KeptAsync()).Select(item => (item.Attempt, item.Cause)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("start,pause")]
    public async Task An_endpoint_that_offers_none_is_not_asked(string? capabilities)
    {
        await LiveAsync(attempts: 1);
        await ApplyAsync(run => run with { Capabilities = capabilities is null ? null : [.. capabilities.Split(',')] });
        await _app.FinishAsync("run-sample");

        Assert.Equal(CaptureDiagnosticsOutcome.Stored, await CaptureAsync(DiagnosticsCause.End));

        Assert.Equal(DiagnosticsOutcome.Unsupported, (await KeptAsync())[0].Outcome);
        Assert.Equal(0, _app.Adapter.DiagnosticsCalls);
        Assert.Equal(CaptureDiagnosticsOutcome.Known, await CaptureAsync(DiagnosticsCause.End));
    }

    [Fact]
    public async Task A_failure_is_kept_with_its_reason_until_a_repetition_does_better()
    {
        await EndedAsync();
        _app.Adapter.DiagnosticsFailure = AdapterFailureCodes.TransportUnreachable;
        Assert.Equal(CaptureDiagnosticsOutcome.Failed, await CaptureAsync(DiagnosticsCause.End));
        var failed = (await KeptAsync())[0];
        Assert.Equal((DiagnosticsOutcome.Failed, "transport_unreachable", 0), (failed.Outcome, failed.FailureCode, failed.Document.Length));

        _app.Adapter.DiagnosticsFailure = null;
        Assert.Equal(CaptureDiagnosticsOutcome.Stored, await CaptureAsync(DiagnosticsCause.End));
        Assert.Equal((DiagnosticsOutcome.Captured, null), ((await KeptAsync())[0].Outcome, (await KeptAsync())[0].FailureCode));
    }

    [Fact]
    public async Task A_sprite_that_is_gone_by_the_end_does_not_take_away_what_was_kept_before_a_launch()
    {
        await LiveAsync(attempts: 1);
        await CaptureAsync(DiagnosticsCause.Relaunch);
        await _app.FinishAsync("run-sample");
        _app.Adapter.DiagnosticsFailure = AdapterFailureCodes.TransportUnreachable;

        Assert.Equal(CaptureDiagnosticsOutcome.Failed, await CaptureAsync(DiagnosticsCause.End));

        Assert.Equal((DiagnosticsCause.Relaunch, DiagnosticsOutcome.Captured), ((await KeptAsync())[0].Cause, (await KeptAsync())[0].Outcome));
    }

    [Theory]
    [InlineData("run-sample", 1, true)]
    [InlineData("run-other", 1, false)]
    public async Task What_another_run_left_is_not_kept_as_this_ones_end(string runId, int attempt, bool captured)
    {
        await _app.CreateAsync(launch: LaunchKind.Start);
        await EndedAsync();
        _app.Adapter.Diagnostics = $$"""{"ok":true,"launch":{"runId":"{{runId}}","attempt":{{attempt}} },"output":{"tail":"x"} }""";

        Assert.Equal(CaptureDiagnosticsOutcome.Stored, await CaptureAsync(DiagnosticsCause.End));

        var kept = Assert.Single(await KeptAsync());
        Assert.Equal(
            captured ? (DiagnosticsOutcome.Captured, null, _app.Adapter.Diagnostics.Length) : (DiagnosticsOutcome.Failed, "launch_mismatch", 0),
            (kept.Outcome, kept.FailureCode, kept.Document.Length));
    }

    [Theory]
    [InlineData(1, DiagnosticsOutcome.Captured)]
    [InlineData(2, DiagnosticsOutcome.Failed)]
    public async Task What_the_next_attempt_shows_already_is_not_kept_as_the_last_ones(int shown, DiagnosticsOutcome outcome)
    {
        await _app.CreateAsync(launch: LaunchKind.Start);
        await LiveAsync(attempts: 1);
        _app.Adapter.Diagnostics = $$"""{"launch":{"runId":"run-sample","attempt":{{shown}} } }""";

        await CaptureAsync(DiagnosticsCause.Relaunch);

        Assert.Equal(outcome, Assert.Single(await KeptAsync()).Outcome);
    }

    [Fact]
    public async Task A_run_that_was_attached_to_shows_a_launch_that_was_anothers()
    {
        await EndedAsync();
        _app.Adapter.Diagnostics = """{"launch":{"runId":"run-other","attempt":3}}""";

        await CaptureAsync(DiagnosticsCause.End);

        Assert.Equal(DiagnosticsOutcome.Captured, Assert.Single(await KeptAsync()).Outcome);
    }

    [Fact]
    public async Task An_adapter_that_hangs_is_given_ten_seconds()
    {
        await EndedAsync();
        _app.Adapter.Hangs = true;

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var capture = CaptureAsync(DiagnosticsCause.End);
        while (_app.Adapter.DiagnosticsCalls == 0)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        _app.Time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(capture.IsCompleted);
        _app.Time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(CaptureDiagnosticsOutcome.Failed, await capture);

        Assert.Equal("transport_timeout", (await KeptAsync())[0].FailureCode);
    }

    [Fact]
    public async Task A_store_that_is_away_is_no_failure_of_the_activity()
    {
        await EndedAsync();
        _app.Storage.Faults.Plan(1, WriteFault.Unavailable);
        _app.Storage.Faults.Plan(2, WriteFault.Unavailable);

        Assert.Equal(CaptureDiagnosticsOutcome.Lost, await CaptureAsync(DiagnosticsCause.End));

        Assert.Empty(await KeptAsync());
        Assert.Equal(CaptureDiagnosticsOutcome.Stored, await CaptureAsync(DiagnosticsCause.End));
    }

    [Fact]
    public async Task Nothing_is_taken_for_an_end_that_is_none_or_a_run_that_is_not_there()
    {
        Assert.Equal(CaptureDiagnosticsOutcome.Skipped, await CaptureAsync(DiagnosticsCause.End));
        await LiveAsync(attempts: 1);
        Assert.Equal(CaptureDiagnosticsOutcome.Skipped, await CaptureAsync(DiagnosticsCause.End));
        Assert.Equal(CaptureDiagnosticsOutcome.Skipped, await CaptureAsync(DiagnosticsCause.Relaunch, generation: 2));
        await _app.FinishAsync("run-sample");
        Assert.Equal(CaptureDiagnosticsOutcome.Skipped, await CaptureAsync(DiagnosticsCause.Relaunch));
        await _app.Purge.MarkAsync(Run, new PurgeOrder(_app.Time.GetUtcNow(), PurgeCauses.Request, null, false), default);
        Assert.Equal(CaptureDiagnosticsOutcome.Skipped, await CaptureAsync(DiagnosticsCause.End));
        Assert.Equal(0, _app.Adapter.DiagnosticsCalls);
    }

    [Fact]
    public async Task Keeping_them_is_no_change_that_a_client_sees()
    {
        var head = await EndedAsync();

        await CaptureAsync(DiagnosticsCause.End);

        Assert.Equal(head with { StoreTag = string.Empty }, await _app.HeadAsync() with { StoreTag = string.Empty });
    }

    private Task<CaptureDiagnosticsOutcome> CaptureAsync(DiagnosticsCause cause, int generation = 1) =>
        _app.Get<CaptureDiagnosticsActivity>().RunAsync(new CaptureDiagnosticsRequest(Run, generation, cause), null!);

    private Task<IReadOnlyList<StoredDiagnostics>> KeptAsync() => _app.Storage.Diagnostics.ReadAsync(Run, 100, 100, default);

    private async Task<RunHead> EndedAsync(int attempts = 1)
    {
        await LiveAsync(attempts);
        return await _app.FinishAsync("run-sample");
    }

    private async Task LiveAsync(int attempts)
    {
        if (await _app.Store.FindAsync(Run, default) is null)
        {
            await _app.CreateAsync();
        }

        await ApplyAsync(run => run with
        {
            Capabilities = ["diagnostics"],
            Evidence = run.Evidence with
            {
                Attempts = [.. Enumerable.Range(1, attempts).Select(number => new Attempt { Number = number, Cause = AttemptCause.Start, Epoch = 1, BaseLine = 0 })],
            },
        });
    }

    private async Task ApplyAsync(Func<LoopRun, LoopRun> change)
    {
        var head = await _app.HeadAsync();
        var decision = new Decision(change(head.Run), [], [], true);
        await _app.Store.ApplyAsync(Run, head.Engine, new ApplyRequest($"test-{head.Revision}", head.Revision, decision), default);
    }
}
