using System.Text;
using LocalHost.Durable.Engine;
using Microsoft.DurableTask.Client;
using OpsFunctions.Activities.Diagnostics;
using OpsFunctions.Orchestrations;
using OpsFunctions.Tests.Orchestrations;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage.Diagnostics;

namespace OpsFunctions.Tests.Diagnostics;

/// <summary>What an engine keeps when its run ends.</summary>
public sealed class EngineDiagnosticsTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task The_end_is_stored_first_and_what_the_sprite_shows_is_kept_once(bool twice, bool lost)
    {
        await using var run = await EngineUnderTest.StartAsync(new DurableTestModes { RunActivitiesTwice = twice, LoseFirstActivityResult = lost });
        LifecycleState? stateAtCapture = null;
        RunId? holderAtCapture = null;
        run.Adapter.OnDiagnostics = async _ =>
        {
            stateAtCapture = await run.StateAsync();
            holderAtCapture = await run.HolderAsync();
        };

        await EndAsync(run);

        // The sprite is nobody else's before.
        Assert.Equal((LifecycleState.Completed, run.Created.Run.Spec.RunId), (stateAtCapture, holderAtCapture));
        Assert.Null(await run.HolderAsync());
        var kept = Assert.Single(await run.DiagnosticsAsync());
        Assert.Equal((1, DiagnosticsCause.End, DiagnosticsOutcome.Captured), (kept.Attempt, kept.Cause, kept.Outcome));
        Assert.Equal(run.Adapter.Diagnostics, Encoding.UTF8.GetString(kept.Document.Span));
        Assert.Equal(1, run.Adapter.DiagnosticsCalls);
        run.AssertDisciplined();
    }

    [Fact]
    public async Task An_activity_that_breaks_does_not_keep_the_engine_from_ending()
    {
        await using var run = await EngineUnderTest.StartAsync();
        run.BeforeActivity = static name => name == nameof(CaptureDiagnosticsActivity) ? throw new InvalidOperationException("a defect") : Task.CompletedTask;

        await EndAsync(run);

        Assert.Equal((LifecycleState.Completed, OrchestrationRuntimeStatus.Completed), (await run.StateAsync(), (await run.InstanceAsync()).RuntimeStatus));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_sprite_that_does_not_answer_at_the_end_is_asked_again_for_a_while(int failures)
    {
        await using var run = await EngineUnderTest.StartAsync();
        run.Adapter.OnDiagnostics = call =>
        {
            run.Adapter.DiagnosticsFailure = call <= failures ? AdapterFailureCodes.TransportUnreachable : null;
            return Task.CompletedTask;
        };

        await EndAsync(run);

        var kept = Assert.Single(await run.DiagnosticsAsync());
        Assert.Equal((DiagnosticsCause.End, DiagnosticsOutcome.Captured, failures + 1), (kept.Cause, kept.Outcome, run.Adapter.DiagnosticsCalls));
        run.AssertDisciplined();
    }

    [Fact]
    public async Task A_sprite_that_never_answers_is_given_up_and_what_was_asked_meanwhile_is_kept()
    {
        await using var run = await EngineUnderTest.StartAsync();
        run.Adapter.DiagnosticsFailure = AdapterFailureCodes.TransportUnreachable;
        run.Adapter.Capabilities = ["diagnostics"];
        await run.AdvanceAsync(TimeSpan.FromSeconds(30));
        run.Adapter.Log("loop_complete").Stopped();
        for (var step = 0; step < 100 && await run.StateAsync() != LifecycleState.Completed; step++)
        {
            await run.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(OrchestrationRuntimeStatus.Running, (await run.InstanceAsync()).RuntimeStatus);
        await run.RaiseAsync(LoopRunOrchestrator.IntentEvent, "pause");
        await run.PlayOutAsync();

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await run.InstanceAsync()).RuntimeStatus);
        Assert.Equal(DiagnosticsOutcome.Failed, Assert.Single(await run.DiagnosticsAsync()).Outcome);
        Assert.Equal(IntentStatus.Refused, Assert.Single(await run.IntentsAsync()).Status);
        run.AssertDisciplined();
    }

    [Fact]
    public async Task What_an_attempt_leaves_is_kept_as_soon_as_it_waits_for_a_decision()
    {
        await using var run = await EngineUnderTest.StartAsync();
        run.Adapter.Capabilities = ["diagnostics"];
        await run.AdvanceAsync(TimeSpan.FromSeconds(30));
        run.Adapter.Log("approval_requested").Stopped();
        for (var step = 0; step < 20 && await run.StateAsync() != LifecycleState.AwaitingApproval; step++)
        {
            await run.AdvanceAsync(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(LifecycleState.AwaitingApproval, await run.StateAsync());
        var kept = Assert.Single(await run.DiagnosticsAsync());
        Assert.Equal((1, DiagnosticsCause.AwaitingApproval, DiagnosticsOutcome.Captured), (kept.Attempt, kept.Cause, kept.Outcome));
        run.AssertDisciplined();
    }

    private static async Task EndAsync(EngineUnderTest run)
    {
        run.Adapter.Capabilities = ["diagnostics"];
        await run.AdvanceAsync(TimeSpan.FromSeconds(30));
        run.Adapter.Log("loop_complete").Stopped();
        await run.PlayOutAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await run.InstanceAsync()).RuntimeStatus);
    }
}
