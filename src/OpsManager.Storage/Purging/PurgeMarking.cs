using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Purging;

/// <summary>What became of the wish to delete a run. A closed set.</summary>
public abstract record PurgeMarking
{
    private PurgeMarking()
    {
    }

    /// <summary>It is being deleted from now on.</summary>
    public sealed record Marked(RunHead Head) : PurgeMarking;

    /// <summary>It is being deleted already; the first order stands.</summary>
    public sealed record AlreadyMarked(RunHead Head) : PurgeMarking;

    /// <summary>There is no such run.</summary>
    public sealed record NotFound : PurgeMarking;

    /// <summary>It has not ended.</summary>
    public sealed record NotEnded(LifecycleState State) : PurgeMarking;

    /// <summary>It ended without proof that nothing of it lives, and so still holds its sprite.</summary>
    public sealed record ClaimHeld(SpriteName Sprite) : PurgeMarking;
}
