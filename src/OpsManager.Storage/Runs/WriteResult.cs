namespace OpsManager.Storage.Runs;

/// <summary>What became of a write by an engine. A closed set.</summary>
public abstract record WriteResult
{
    private WriteResult()
    {
    }

    /// <summary>Written; the head as it now stands.</summary>
    public sealed record Written(RunHead Head) : WriteResult;

    /// <summary>The same operation was written before; the head as it now stands.</summary>
    public sealed record Repeated(RunHead Head) : WriteResult;

    /// <summary>Somebody else wrote in between: read and decide again.</summary>
    public sealed record Stale : WriteResult;

    /// <summary>The writer is no longer the run's engine, or the run is gone: stop.</summary>
    public sealed record Fenced : WriteResult;
}
