using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;


namespace OpsManager.Core.Tests.Support;

/// <summary>Stories that intents begin in, and ways to look at what became of them.</summary>
internal static class IntentStories
{
    public static Story TakingUp()
    {
        var story = Relaunching().Reply(DeliveryOutcome.Done).Log("loop_start", run: "r2").Leader(true).Look();
        Assert.Equal(LifecycleState.AwaitingRelaunch, story.State);
        return story;
    }

    public static Story Working(long? roleTimeout = null)
    {
        var story = new Story().Capable().Log("loop_start");
        if (roleTimeout is not null)
        {
            // The runtime names the limit of a role only when one runs into it; the work that follows shows that the run goes on.
            story.Log("iteration_start").Log("role_start", role: "planner").Log("role_timeout", timeout: roleTimeout);
        }

        return story.Log("iteration_start", iteration: 2).Log("role_start", iteration: 2, role: "implementer").Leader(true).Look();
    }

    public static Story Paused() =>
        Working().Ask(IntentVerb.Pause).Look().Leader(true, stopped: true).Reply(DeliveryOutcome.Done).Look();

    public static Story Awaiting(bool relaunchOnDecision = true)
    {
        var story = new Story(relaunchOnDecision: relaunchOnDecision).Capable()
            .Log("loop_start").Log("iteration_start").Log("approval_requested")
            .ProcessEnds().Leader(false)
            .With(static files => files with { Approval = new ApprovalFileFacts("pending", "r1", 1, Story.Beginning, null, null) })
            .Look();
        Assert.Equal(LifecycleState.AwaitingApproval, story.State);
        return story;
    }

    public static Story Approve(Story story, string by) =>
        story.With(files => files with { Approval = files.Approval! with { Status = "approved", DecidedBy = by } });

    public static Story Relaunching() =>
        Awaiting().Ask(IntentVerb.Approve, "yes-1").Look().Reply(DeliveryOutcome.Done)
            .Log("approval_decision", status: "approved", by: "alice", note: "yes-1").Look();

    public static Intent Only(Story story) => Assert.Single(story.Intents.Values);

    public static Intent Newest(Story story) => story.Intents.Values.MaxBy(static intent => intent.Number)!;

    public static AllowedAction Action(Story story, IntentVerb verb) =>
        AllowedActions.For(story.Run, story.Now).Single(action => action.Action == verb);

    public static string Word(IntentStep step) => step.Status.ToString().ToLowerInvariant();
}
