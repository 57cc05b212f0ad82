namespace OpsFunctions.Tests.Crashes;

/// <summary>A crash that was not made good.</summary>
public sealed class CrashPointException : Exception
{
    public CrashPointException()
    {
    }

    public CrashPointException(string message)
        : base(message)
    {
    }

    public CrashPointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
