namespace OpsManager.Sprites.Adapter;

/// <summary>The outcome of one attempt. A closed set: an answer, or a failure with a stable code.</summary>
/// <typeparam name="T">What the answer holds.</typeparam>
public abstract record AdapterResult<T>
{
    private protected AdapterResult()
    {
    }
}
