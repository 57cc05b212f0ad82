namespace LocalHost.Durable.Ownership;

/// <summary>Another process executes the hub.</summary>
public sealed class HubOwnedException : Exception
{
    public HubOwnedException()
    {
    }

    public HubOwnedException(string message)
        : base(message)
    {
    }

    public HubOwnedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
