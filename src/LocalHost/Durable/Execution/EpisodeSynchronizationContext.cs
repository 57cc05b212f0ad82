namespace LocalHost.Durable.Execution;

/// <summary>
/// Keeps all orchestrator code of one episode on one thread. What another thread posts is evidence of a task that is
/// not durable; it must not run, because its result would not be in the history.
/// </summary>
internal sealed class EpisodeSynchronizationContext(int threadId) : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = new();
    private int _foreignPosts;

    public bool HasForeignPosts => Volatile.Read(ref _foreignPosts) > 0;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId != threadId)
        {
            Interlocked.Increment(ref _foreignPosts);
            return;
        }

        _queue.Enqueue((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        if (Environment.CurrentManagedThreadId != threadId)
        {
            throw new InvalidOperationException("An orchestration cannot be entered from another thread.");
        }

        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;

    public void Drain()
    {
        while (_queue.TryDequeue(out (SendOrPostCallback Callback, object? State) item))
        {
            item.Callback(item.State);
        }
    }
}
