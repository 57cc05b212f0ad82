namespace LocalHost.Functions;

/// <summary>A parameter cannot be given a value.</summary>
internal sealed class FunctionBindingException : Exception
{
    public FunctionBindingException()
    {
    }

    public FunctionBindingException(string message)
        : base(message)
    {
    }

    public FunctionBindingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
