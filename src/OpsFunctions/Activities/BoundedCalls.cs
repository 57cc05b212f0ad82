using OpsManager.Sprites.Adapter;

namespace OpsFunctions.Activities;

/// <summary>Calls of an adapter within a time of ours.</summary>
internal static class BoundedCalls
{
    /// <summary>Makes a call. No answer in time is a failure like any other; what became of the call is then unknown.</summary>
    public static async Task<AdapterResult<T>> WithinAsync<T>(
        this TimeProvider time, TimeSpan limit, Func<CancellationToken, Task<AdapterResult<T>>> call, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await call(linked.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new AdapterFailure<T>(AdapterFailureCodes.TransportTimeout, $"No answer within {limit}.");
        }
    }
}
