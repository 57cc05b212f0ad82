using OpsManager.Core.Runs;

namespace OpsManager.Storage.Runs;

/// <summary>What became of a creation. A closed set.</summary>
public abstract record CreateRunResult
{
    private CreateRunResult()
    {
    }

    /// <summary>Created, or completed after an earlier crash of the same request.</summary>
    public sealed record Created(RunHead Head) : CreateRunResult;

    /// <summary>The same request was answered before.</summary>
    public sealed record AlreadyExists(RunHead Head) : CreateRunResult;

    /// <summary>The key was used with another body, or for a run that was deleted or is being deleted.</summary>
    public sealed record KeyReused(RunId RunId, bool Deleted = false) : CreateRunResult;

    /// <summary>Another run holds the sprite.</summary>
    public sealed record SpriteClaimed(RunId Holder) : CreateRunResult;
}
