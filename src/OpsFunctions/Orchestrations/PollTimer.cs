using Microsoft.DurableTask;

namespace OpsFunctions.Orchestrations;

/// <summary>The engine's one timer. A wake leaves it pending; it must be gone before the execution ends.</summary>
internal sealed class PollTimer(TaskOrchestrationContext context) : IDisposable
{
    private CancellationTokenSource? _cancellation;
    private DateTimeOffset _dueAt;

    /// <summary>Ends when it is due; null when there is none.</summary>
    public Task? Task { get; private set; }

    /// <summary>
    /// Sees to it that a timer ends by then. One that fires a little early only polls a little early: a new one is worth its cost only
    /// when the next poll is due before it.
    /// </summary>
    public Task Ensure(DateTimeOffset dueAt)
    {
        if (Task is null || dueAt < _dueAt)
        {
            Drop();
            _cancellation = new CancellationTokenSource();
            _dueAt = dueAt;
            Task = context.CreateTimer(dueAt.UtcDateTime, _cancellation.Token);
        }

        return Task;
    }

    public void Dispose() => Drop();

    /// <summary>Forgets it, whether it has fired or not.</summary>
    public void Drop()
    {
        if (Task is { IsCompleted: false })
        {
            _cancellation!.Cancel();
        }

        _cancellation?.Dispose();
        _cancellation = null;
        Task = null;
    }
}
