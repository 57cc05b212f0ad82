using Microsoft.Extensions.Time.Testing;

namespace OpsFunctions.Tests.Support;

/// <summary>A clock that a test moves, or that moves to whatever is waited for.</summary>
internal sealed class TestTime() : FakeTimeProvider(Samples.Start)
{
    /// <summary>Whether every delay lets just its own time pass.</summary>
    public bool FollowsDelays { get; set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (FollowsDelays && dueTime > TimeSpan.Zero)
        {
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        }

        return timer;
    }
}
