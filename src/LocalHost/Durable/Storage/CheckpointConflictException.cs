namespace LocalHost.Durable.Storage;

/// <summary>The stored checkpoint is not the one that the episode was based on.</summary>
internal sealed class CheckpointConflictException : Exception
{
    public CheckpointConflictException()
    {
    }

    public CheckpointConflictException(string message)
        : base(message)
    {
    }

    public CheckpointConflictException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
