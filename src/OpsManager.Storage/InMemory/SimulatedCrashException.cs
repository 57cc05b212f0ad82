namespace OpsManager.Storage.InMemory;

/// <summary>Stands for the death of the process at a write. Nothing but a test may catch it.</summary>
public sealed class SimulatedCrashException : Exception
{
    /// <summary>At no particular write.</summary>
    public SimulatedCrashException()
        : this("The process died at a write.")
    {
    }

    /// <summary>At the write the message names.</summary>
    public SimulatedCrashException(string message)
        : base(message)
    {
    }

    /// <summary>At the write the message names, because of something.</summary>
    public SimulatedCrashException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
