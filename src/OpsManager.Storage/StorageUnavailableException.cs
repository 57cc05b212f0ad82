namespace OpsManager.Storage;

/// <summary>
/// Storage did not answer, after the retries of its client. Of a write that threw this the outcome is unknown; the store itself
/// resolves that by reading and throws only when the write did not happen or reading failed as well. Repeating the call is safe.
/// </summary>
public sealed class StorageUnavailableException : Exception
{
    /// <summary>Without details.</summary>
    public StorageUnavailableException()
        : this("Storage did not answer.")
    {
    }

    /// <summary>With what was tried.</summary>
    public StorageUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With what was tried and what came back.</summary>
    public StorageUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
