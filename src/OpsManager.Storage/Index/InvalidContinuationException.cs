namespace OpsManager.Storage.Index;

/// <summary>A continuation that does not belong to the list it was given to: made for another filter, or not made by it at all.</summary>
public sealed class InvalidContinuationException : Exception
{
    /// <summary>Without details.</summary>
    public InvalidContinuationException()
        : this("The continuation does not belong to this list.")
    {
    }

    /// <summary>With what is wrong with it.</summary>
    public InvalidContinuationException(string message)
        : base(message)
    {
    }

    /// <summary>With what is wrong with it and how it showed.</summary>
    public InvalidContinuationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
