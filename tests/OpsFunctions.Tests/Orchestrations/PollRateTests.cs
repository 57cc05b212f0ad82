using OpsFunctions.Tests.Support;
using OpsManager.Core.Lifecycle;

namespace OpsFunctions.Tests.Orchestrations;

/// <summary>How often the adapter is asked while nothing happens, counted in the real orchestrator.</summary>
public sealed class PollRateTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    public static TheoryData<LifecycleState> Waiting => [LifecycleState.Paused, LifecycleState.AwaitingApproval];

    [Theory]
    [MemberData(nameof(Waiting))]
    public async Task A_run_that_waits_for_a_person_is_polled_at_least_ten_times_less_often_than_one_at_work(LifecycleState state)
    {
        var working = await CountAsync(LifecycleState.Running);
        var waiting = await CountAsync(state);

        Assert.True(waiting > 0 && working >= 10 * waiting, $"{working} polls at work, {waiting} as {state}");
    }

    [Fact]
    public async Task A_run_that_has_ended_is_not_polled() => Assert.Equal(0, await CountAsync(LifecycleState.Completed));

    /// <summary>Polls of a run that stays in a state.</summary>
    private static async Task<int> CountAsync(LifecycleState state)
    {
        await using var run = await EngineUnderTest.StartAsync(prepare: static adapter => adapter.Capabilities = ["pause", "resume"]);
        Bring(run.Adapter, state);
        for (var step = 0; step < 24 && await run.StateAsync() != state; step++)
        {
            await run.AdvanceAsync(Step);
        }

        Assert.Equal(state, await run.StateAsync());

        // Whatever was expected on the way is over.
        await run.AdvanceAsync(TimeSpan.FromMinutes(2));
        var before = run.Polls;
        for (var passed = TimeSpan.Zero; passed < Window; passed += Step)
        {
            await run.AdvanceAsync(Step);
        }

        Assert.Equal(state, await run.StateAsync());
        return run.Polls - before;
    }

    private static void Bring(FakeAdapter adapter, LifecycleState state)
    {
        switch (state)
        {
            case LifecycleState.Paused:
                adapter.Paused = true;
                break;
            case LifecycleState.AwaitingApproval:
                adapter.Log("approval_requested").Stopped();
                break;
            case LifecycleState.Completed:
                adapter.Log("loop_complete").Stopped();
                break;
            default:
                break;
        }
    }
}
