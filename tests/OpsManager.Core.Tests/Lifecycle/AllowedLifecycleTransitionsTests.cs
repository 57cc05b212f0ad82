using OpsManager.Core.Lifecycle;

namespace OpsManager.Core.Tests.Lifecycle;

public sealed class AllowedLifecycleTransitionsTests
{
    [Fact]
    public void Nothing_leads_out_of_an_end_and_every_other_state_reaches_every_end()
    {
        var states = Enum.GetValues<LifecycleState>();
        Assert.DoesNotContain(AllowedLifecycleTransitions.All, static step => step.From.IsTerminal());
        Assert.All(
            states.Where(static state => !state.IsTerminal()),
            from => Assert.All(states.Where(static state => state.IsTerminal()), to => Assert.True(AllowedLifecycleTransitions.Contains(from, to))));
    }

    [Fact]
    public void No_step_stands_still_and_only_a_cancel_that_is_given_up_leads_back_to_pending() =>
        Assert.DoesNotContain(
            AllowedLifecycleTransitions.All,
            static step => step.From == step.To || (step.To == LifecycleState.Pending && step.From != LifecycleState.Cancelling));

    [Fact]
    public void Every_live_state_but_the_first_can_be_reached() =>
        Assert.All(
            Enum.GetValues<LifecycleState>().Where(static state => state != LifecycleState.Pending),
            static to => Assert.Contains(AllowedLifecycleTransitions.All, step => step.To == to));
}
