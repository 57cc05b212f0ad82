using System.Text.Json.Serialization;
using OpsManager.Core.Evidence;
using OpsManager.Core.Runs;
using OpsManager.Storage.Purging;

namespace OpsManager.Storage.Runs;

/// <summary>The head row of a run: what was decided, how far the log is stored, who may write.</summary>
public sealed record RunHead
{
    /// <summary>The decided part. <see cref="RunEvidence.Through"/> of its evidence is <c>decidedThrough</c>.</summary>
    public required LoopRun Run { get; init; }

    /// <summary>The engine that may write.</summary>
    public required EngineRef Engine { get; init; }

    /// <summary>How far the log is stored.</summary>
    public required LogPosition Log { get; init; }

    /// <summary>Number of the last stored event; the next one's is this plus one.</summary>
    public long StoredThrough { get; init; }

    /// <summary>Number of the last stored snapshot; 0 before the first.</summary>
    public long SnapshotCount { get; init; }

    /// <summary>Content hash of the last stored snapshot, without what changes at every look.</summary>
    public string? SnapshotHash { get; init; }

    /// <summary>How polling goes.</summary>
    public PollStatus Poll { get; init; } = new();

    /// <summary>Rises with every client-visible change; the API's ETag.</summary>
    public long Revision { get; init; } = 1;

    /// <summary>The last applied operation, so that a repeated one finds its first result.</summary>
    public string? LastOperation { get; init; }

    /// <summary>Changes of the policy so far; the next one's number is this plus one.</summary>
    public long PolicyChangeCount { get; init; }

    /// <summary>Whether the run is being deleted.</summary>
    public bool Purging { get; init; }

    /// <summary>Who wants it deleted and why; null unless <see cref="Purging"/>.</summary>
    public PurgeOrder? Purge { get; init; }

    /// <summary>The store's own concurrency tag. Opaque; never leaves the manager.</summary>
    [JsonIgnore]
    public string StoreTag { get; init; } = string.Empty;
}
