namespace LocalHost.Durable.Execution;

internal sealed class TypedEventWaiter<T> : EventWaiter
{
    private readonly TaskCompletionSource<T> source = new();

    public override Type PayloadType => typeof(T);

    public Task<T> Task => source.Task;

    public override bool TryComplete(object? payload) => source.TrySetResult(payload is null ? default! : (T)payload);

    public override void Fail(Exception exception) => source.TrySetException(exception);

    public void Cancel(CancellationToken cancellationToken) => source.TrySetCanceled(cancellationToken);
}
