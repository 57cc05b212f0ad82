using System.Text;
using LocalHost.Durable.Engine;
using Microsoft.DurableTask.Client;
using OpsFunctions.Activities.Diagnostics;
using OpsFunctions.Tests.Orchestrations;
using OpsManager.Core.Lifecycle;
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
        run.BeforeActivity = async name =>
        {
            if (name == nameof(CaptureDiagnosticsActivity))
            {
                stateAtCapture ??= await run.StateAsync();
            }
        };

        await EndAsync(run);

        Assert.Equal(LifecycleState.Completed, stateAtCapture);
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
        Assert.Empty(await run.DiagnosticsAsync());
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
