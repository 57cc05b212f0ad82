using System.Text.Json;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Core.Tests.Support;

namespace OpsManager.Core.Tests.Runs;

public sealed class InstanceStatusTests
{
    [Fact]
    public void It_is_flat_and_small_whatever_a_runtime_writes()
    {
        var story = Story.AtWork().Log("loop_stop", reason: new string('x', 100_000)).ProcessEnds().Settle();
        var json = JsonSerializer.Serialize(InstanceStatus.Of(story.Run, story.Now), CoreJson.Options);
        Assert.True(json.Length < 1024);
        using var document = JsonDocument.Parse(json);
        Assert.All(document.RootElement.EnumerateObject(), static member => Assert.True(member.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)));
    }

    [Fact]
    public void It_says_what_the_run_waits_for_and_when_it_is_polled_next()
    {
        var story = Story.AtWork();
        var status = InstanceStatus.Of(story.Run, story.Now);
        Assert.Equal((LifecycleState.Running, null, (DateTimeOffset?)story.Now), (status.State, status.WaitingFor, status.NextPollAt));
        Assert.Equal((1, 1L, 1L), (status.Attempt, status.Iteration, status.TotalIterations));
        Assert.Equal("approval_decision", InstanceStatus.Of(story.Log("approval_requested").ProcessEnds().Look().Run, null).WaitingFor);
        Assert.Equal("end_confirmation", InstanceStatus.Of(Story.AtWork().Leader(false).Look().Run, null).WaitingFor);
        Assert.Null(InstanceStatus.Of(Story.AtWork().Log("loop_complete").ProcessEnds().Look().Run, story.Now).NextPollAt);
    }
}
