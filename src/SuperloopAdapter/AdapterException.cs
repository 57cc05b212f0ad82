namespace SuperloopAdapter;

/// <summary>Carries an <see cref="AdapterError"/> from where a file is read to the front end that answers.</summary>
internal sealed class AdapterException : Exception
{
    public AdapterException()
        : this(AdapterError.Internal())
    {
    }

    public AdapterException(string message)
        : this(AdapterError.Internal() with { Message = message })
    {
    }

    public AdapterException(string message, Exception innerException)
        : base(message, innerException) => Error = AdapterError.Internal() with { Message = message };

    public AdapterException(AdapterError error)
        : base(error.Message) => Error = error;

    public AdapterError Error { get; }
}
