using OpsManager.Core.Decisions;
using OpsManager.Core.Escalations;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using OpsManager.Storage.Notifications;
using OpsManager.Storage.Runs;
using OpsManager.Storage.Tests.Support;

namespace OpsManager.Storage.Tests.Suites;

/// <summary>Changes of a policy, in memory; rows and transactions are those that the other suites hold against Azurite as well.</summary>
public sealed class PolicyChangeTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly PolicyAuthor Ann = new("ann", "late", TestStorage.Epoch, "00-trace-01");

    [Fact]
    public async Task A_change_raises_the_revision_and_leaves_a_row()
    {
        var storage = TestStorage.InMemory();
        var head = await storage.CreateAsync("run-a");
        var written = Assert.IsType<WriteResult.Written>(await storage.Store.ChangePolicyAsync(head, Slower(head), Ann, None)).Head;
        Assert.Equal((head.Revision + 1, 1L, Slower(head)), (written.Revision, written.PolicyChangeCount, written.Run.Policy));
        Assert.Equal(written, await storage.HeadAsync("run-a"));
        var change = Assert.Single(await storage.Store.ReadPolicyChangesAsync(head.Run.Spec.RunId, 0, 10, None));
        Assert.Equal(
            new PolicyChange { Number = 1, At = TestStorage.Epoch, By = "ann", Note = "late", TraceParent = "00-trace-01", Changes = [new("startDeadline", "00:10:00", "00:20:00")] },
            change);
    }

    [Fact]
    public async Task The_same_policy_writes_nothing()
    {
        var storage = TestStorage.InMemory();
        var head = await storage.CreateAsync("run-a");
        Assert.IsType<WriteResult.Repeated>(await storage.Store.ChangePolicyAsync(head, head.Run.Policy, Ann, None));
        Assert.Equal(head, await storage.HeadAsync("run-a"));
    }

    [Fact]
    public async Task A_poll_in_between_does_not_matter_and_a_change_in_between_does()
    {
        var storage = TestStorage.InMemory();
        var head = await storage.CreateAsync("run-a");
        await storage.Store.RecordPollAsync(head, head.Engine, Sample.Poll(head, 1), None);
        var written = Assert.IsType<WriteResult.Written>(await storage.Store.ChangePolicyAsync(head, Slower(head), Ann, None)).Head;
        Assert.Equal(1, written.Poll.Cycle);
        Assert.IsType<WriteResult.Stale>(await storage.Store.ChangePolicyAsync(head, head.Run.Policy with { StuckCritical = 9 }, Ann, None));
        Assert.Single(await storage.Store.ReadPolicyChangesAsync(head.Run.Spec.RunId, 0, 10, None));
    }

    [Fact]
    public async Task A_decision_on_the_policy_of_before_is_taken_again()
    {
        var storage = TestStorage.InMemory();
        var head = await storage.CreateAsync("run-a");
        await storage.Store.ChangePolicyAsync(head, Slower(head), Ann, None);
        Assert.IsType<WriteResult.Stale>(await storage.Store.ApplyAsync(
            head.Run.Spec.RunId, head.Engine, new ApplyRequest("1-1", head.Revision, Sample.Decision(head, LifecycleState.Running)), None));
        Assert.Equal(Slower(head), (await storage.HeadAsync("run-a")).Run.Policy);
    }

    [Fact]
    public async Task Changes_are_read_in_order_and_in_pages()
    {
        var storage = TestStorage.InMemory();
        var head = await storage.CreateAsync("run-a");
        for (var minutes = 1; minutes <= 12; minutes++)
        {
            var policy = head.Run.Policy with { StartDeadline = TimeSpan.FromMinutes(100 + minutes) };
            head = Assert.IsType<WriteResult.Written>(await storage.Store.ChangePolicyAsync(head, policy, Ann, None)).Head;
        }

        var id = head.Run.Spec.RunId;
        Assert.Equal([1, 2, 3, 4, 5], (await storage.Store.ReadPolicyChangesAsync(id, 0, 5, None)).Select(static change => change.Number));
        Assert.Equal([11, 12], (await storage.Store.ReadPolicyChangesAsync(id, 10, 5, None)).Select(static change => change.Number));
    }

    [Fact]
    public async Task Another_mute_leaves_a_marker_of_what_is_open_before_it_is_stored_and_nothing_else_does()
    {
        var storage = TestStorage.InMemory();
        var head = await storage.CreateAsync("run-a");
        head = Written(await storage.Store.ChangePolicyAsync(head, Muted(head, hours: 1), Ann, None));
        Assert.Empty(await storage.Notifications.ListMarkersAsync(10, None));

        var open = head.Run with { Escalations = [new OpenEscalation(1, "stuck", EscalationSeverity.Warning, TestStorage.Epoch)], EscalationCount = 1 };
        head = Written(await storage.Store.ApplyAsync(head.Run.Spec.RunId, head.Engine, new ApplyRequest("1-1", head.Revision, new Decision(open, [], [], true)), None));
        head = Written(await storage.Store.ChangePolicyAsync(head, Slower(head), Ann, None));
        Assert.Empty(await storage.Notifications.ListMarkersAsync(10, None));

        await storage.Store.ChangePolicyAsync(head, Muted(head, hours: 2), Ann, None);
        var marker = Assert.Single(await storage.Notifications.ListMarkersAsync(10, None));
        Assert.Equal(("policy-3", head.Revision, new EscalationMention(1, "stuck")), (marker.Operation, marker.Revision, Assert.Single(marker.Escalations)));
    }

    private static RunHead Written(WriteResult result) => Assert.IsType<WriteResult.Written>(result).Head;

    private static RunPolicy Muted(RunHead head, int hours) => head.Run.Policy with { MuteUntil = TestStorage.Epoch.AddHours(hours) };

    private static RunPolicy Slower(RunHead head) => head.Run.Policy with { StartDeadline = TimeSpan.FromMinutes(20) };
}
