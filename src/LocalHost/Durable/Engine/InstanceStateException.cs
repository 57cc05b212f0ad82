using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Engine;

/// <summary>The instance exists, but its status does not allow the operation.</summary>
internal sealed class InstanceStateException : Exception
{
    public InstanceStateException()
    {
    }

    public InstanceStateException(string message)
        : base(message)
    {
    }

    public InstanceStateException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public InstanceStateException(string message, OrchestrationRuntimeStatus status)
        : base(message)
    {
        Status = status;
    }

    public OrchestrationRuntimeStatus Status { get; }
}
