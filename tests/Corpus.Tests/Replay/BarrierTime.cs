using OpsManager.Testing;

namespace OpsManager.Corpus.Tests.Replay;

/// <summary>
/// A clock that passes the barrier when it is asked: the adapter asks after each file it has read. It stands before every file's
/// time, so that no file is old enough to be answered from memory.
/// </summary>
internal sealed class BarrierTime(ReadBarrier barrier) : InstantTimeProvider(DateTimeOffset.UnixEpoch)
{
    public override DateTimeOffset GetUtcNow()
    {
        var now = base.GetUtcNow();
        barrier.Pass();
        return now;
    }
}
