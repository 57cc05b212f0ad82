using OpsFunctions.Activities;
using OpsFunctions.Activities.Polling;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Decisions;
using OpsManager.Core.Lifecycle;

namespace OpsFunctions.Tests.Telemetry;

/// <summary>Does what an engine does in a cycle, by the same activities.</summary>
internal static class Cycles
{
    /// <summary>Polls, decides, and stores the decision if it changed anything.</summary>
    public static async Task<Decision> CycleAsync(this AppFixture app, long cycle)
    {
        var outcome = await app.Get<PollActivity>().RunAsync(new PollRequest(Samples.Run().Spec.RunId, 1, cycle), null!);
        Assert.Equal(PollOutcomeKind.Decide, outcome.Kind);
        var decision = RunDecider.Decide(outcome.Run!, outcome.Input!, app.Time.GetUtcNow());
        if (decision.Changed)
        {
            var applied = await app.ApplyAsync(decision, outcome.Revision, $"1-{cycle}");
            Assert.Equal(ApplyOutcomeKind.Applied, applied.Kind);
        }

        return decision;
    }

    public static Task<ApplyOutcome> ApplyAsync(this AppFixture app, Decision decision, long revision, string operation) =>
        app.Get<ApplyActivity>().RunAsync(new ApplyCommand(decision.Run.Spec.RunId, 1, operation, revision, decision), null!);

    /// <summary>Cycles, some seconds apart, until the run has ended.</summary>
    public static async Task<Decision> CycleToTheEndAsync(this AppFixture app, long cycle)
    {
        for (var i = 0; i < 10; i++)
        {
            app.Time.Advance(TimeSpan.FromSeconds(10));
            var decision = await app.CycleAsync(cycle + i);
            if ((await app.HeadAsync()).Run.Lifecycle.State.IsTerminal())
            {
                return decision;
            }
        }

        throw new InvalidOperationException("The run does not end.");
    }
}
