namespace LocalHost.Durable.Execution;

/// <summary>One wait for an external event; waits of one name form a stack.</summary>
internal abstract class EventWaiter
{
    public abstract Type PayloadType { get; }

    public EventWaiter? Next { get; init; }

    /// <summary>False if the wait had ended already.</summary>
    public abstract bool TryComplete(object? payload);
}
