using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Tests.Support;
using static OpsManager.Core.Tests.Support.IntentStories;

namespace OpsManager.Core.Tests.Intents;

/// <summary>Endpoints that announce nothing.</summary>
public sealed class V1EndpointTests
{
    [Fact]
    public void A_v1_endpoint_is_offered_decisions_and_the_cancel_of_its_active_loop_only()
    {
        var story = Story.AtWork();
        var offered = AllowedActions.For(story.Run, story.Now).Where(static action => action.Allowed).Select(static action => action.Action);
        Assert.Equal([IntentVerb.Cancel], offered);
        Assert.Equal(IntentCodes.NotSupported, Action(story, IntentVerb.Pause).Reason);

        story.With(static files => files with { ActiveRun = new ActiveRunFacts(7, 7, "loop-b", "loop_start") }).Look();
        Assert.Equal(IntentCodes.NotActive, Action(story, IntentVerb.Cancel).Reason);
    }

    [Fact]
    public void A_cancel_on_a_v1_endpoint_counts_after_ten_seconds_of_inactivity_as_artifacts_only()
    {
        var story = Story.AtWork().Ask(IntentVerb.Cancel).Look().Reply(DeliveryOutcome.Unknown, "adapter_error");
        story.With(static files => files with { State = null, ActiveRun = null }).Look().Look(9);
        Assert.Equal(LifecycleState.Cancelling, story.State);
        story.Look(1);
        Assert.Equal((LifecycleState.Cancelled, "artifacts_only"), (story.State, story.Run.Lifecycle.QuiescenceProof));
        Assert.Equal(IntentStatus.Confirmed, Only(story).Status);
    }
}
