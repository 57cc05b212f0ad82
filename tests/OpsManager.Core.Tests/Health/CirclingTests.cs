using OpsManager.Core.Health;
using OpsManager.Core.Policies;
using OpsManager.Core.Tests.Policies;
using OpsManager.Core.Tests.Support;

namespace OpsManager.Core.Tests.Health;

public sealed class CirclingTests
{
    private static readonly ProgressMark Same = new("c1", "t1", 3, null);

    [Theory]
    [InlineData(2, HealthVerdict.Healthy)]
    [InlineData(3, HealthVerdict.Degraded)]
    [InlineData(4, HealthVerdict.Degraded)]
    [InlineData(5, HealthVerdict.Critical)]
    public void Iterations_that_change_nothing_are_judged_by_the_profile(int unchanged, HealthVerdict expected)
    {
        var story = PolicyRulesTests.Circling(unchanged);
        Assert.Equal((expected, "yes"), (story.Run.Health.Verdict, story.Run.Health.Circling.Status));
        Assert.False(story.Look().Last!.Changed);
    }

    [Theory]
    [InlineData("c2", "t1", 3L)]
    [InlineData("c1", "t2", 3L)]
    [InlineData("c1", "t1", 2L)]
    public void Any_change_ends_the_circle(string head, string tree, long open)
    {
        var story = PolicyRulesTests.Circling(5).With(f => f with { Progress = new ProgressMark(head, tree, open, null) }).Log("iteration_start", iteration: 7).Look();
        Assert.Equal((HealthVerdict.Healthy, "no"), (story.Run.Health.Verdict, story.Run.Health.Circling.Status));
        Assert.Null(story.Run.Circling!.Since);
    }

    [Fact]
    public void The_same_failing_tests_are_a_circle_however_much_code_changes()
    {
        var story = Story.AtWork().With(static f => f with { Progress = new ProgressMark("c1", "t1", 3, "fail-a") }).Look();
        for (var iteration = 2; iteration <= 6; iteration++)
        {
            var mark = new ProgressMark($"c{iteration}", $"t{iteration}", 3, "fail-a");
            story.With(f => f with { Progress = mark }).Log("iteration_start", iteration: iteration).Look();
        }

        Assert.Contains(story.Run.Health.Reasons, static r => r is { Code: HealthCodes.Circling, Severity: HealthVerdict.Critical } && r.Detail.Contains("same failing tests", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Tests_that_do_not_fail_are_no_sign_of_a_circle(string? signature)
    {
        var memory = CirclingMemory.Note(null, 1, new ProgressMark("c1", "t1", 3, signature), Story.Beginning);
        for (var iteration = 2; iteration < 20; iteration++)
        {
            memory = CirclingMemory.Note(memory, iteration, new ProgressMark($"c{iteration}", "t1", 3, signature), Story.Beginning);
        }

        Assert.Equal((0, 0), (memory!.Unchanged, memory.SameFailures));
    }

    [Fact]
    public void What_is_not_known_is_not_judged()
    {
        var memory = CirclingMemory.Note(null, 1, new ProgressMark("c1", null, 3, null), Story.Beginning);
        memory = CirclingMemory.Note(memory, 9, new ProgressMark("c1", null, 3, null), Story.Beginning);
        Assert.Null(memory!.Unchanged);
        Assert.Null(memory.Since);
        Assert.Equal("unknown", Story.AtWork().Look().Run.Health.Circling.Status);
    }

    [Fact]
    public void Iterations_missed_between_two_looks_count_as_well()
    {
        var memory = CirclingMemory.Note(null, 1, Same, Story.Beginning);
        Assert.Equal(4, CirclingMemory.Note(memory, 5, Same, Story.Beginning)!.Unchanged);
        Assert.Same(memory, CirclingMemory.Note(memory, 1, new ProgressMark("c9", "t9", 0, null), Story.Beginning));
        Assert.Same(memory, CirclingMemory.Note(memory, 5, null, Story.Beginning));
    }

    [Fact]
    public void A_run_whose_policy_does_not_judge_it_is_left_alone()
    {
        var story = PolicyRulesTests.Circling(50, PolicyProfiles.Find("balanced")! with { StuckDegraded = null, StuckCritical = null });
        Assert.Equal((HealthVerdict.Healthy, "yes"), (story.Run.Health.Verdict, story.Run.Health.Circling.Status));
    }
}
