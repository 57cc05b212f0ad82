namespace LocalHost.Durable.Execution;

internal sealed class TypedEventWaiter<T> : EventWaiter
{
    private readonly TaskCompletionSource<T> _source = new();

    public override Type PayloadType => typeof(T);

    public Task<T> Task => _source.Task;

    public override bool TryComplete(object? payload) => _source.TrySetResult(payload is null ? default! : (T)payload);

    public void Cancel(CancellationToken cancellationToken) => _source.TrySetCanceled(cancellationToken);
}
