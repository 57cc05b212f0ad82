namespace Microsoft.Azure.Functions.Worker;

/// <summary>The part of the worker's options that the entry point sets.</summary>
public class WorkerOptions
{
    public IDictionary<string, string> Capabilities => throw new NotSupportedException("A declaration only.");
}
