using OpsManager.Core.Attention;
using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Index;

namespace OpsFunctions.Api;

/// <summary>A run in a list.</summary>
public sealed record RunSummary
{
    /// <summary>The run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>Revision the row was made from.</summary>
    public required long Revision { get; init; }

    /// <summary>Lifecycle state.</summary>
    public required LifecycleState State { get; init; }

    /// <summary>Whether the state is an end.</summary>
    public required bool Ended { get; init; }

    /// <summary>Reason code of the state.</summary>
    public string? Reason { get; init; }

    /// <summary>When the state was entered.</summary>
    public required DateTimeOffset StateSince { get; init; }

    /// <summary>Health verdict.</summary>
    public required HealthVerdict Health { get; init; }

    /// <summary>Whether somebody must look at it.</summary>
    public required bool NeedsAttention { get; init; }

    /// <summary>What an operator has to know first; absent in a row of an earlier version until the run changes.</summary>
    public OperatorAttention? Attention { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The sprite.</summary>
    public required SpriteName Sprite { get; init; }

    /// <summary>The loop.</summary>
    public required LoopId LoopId { get; init; }

    /// <summary>The caller's grouping.</summary>
    public string? Workspace { get; init; }

    /// <summary>Repository path.</summary>
    public string? RepoPath { get; init; }

    /// <summary>The caller's labels.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Iterations started so far.</summary>
    public required long TotalIterations { get; init; }

    /// <summary>Events stored.</summary>
    public required long Events { get; init; }

    /// <summary>Address of the run.</summary>
    public required string Link { get; init; }

    /// <summary>The summary of an index row.</summary>
    public static RunSummary From(RunListItem item, ApiLinks links) => new()
    {
        RunId = item.RunId,
        Revision = item.Revision,
        State = item.State,
        Ended = item.State.IsTerminal(),
        Reason = item.Reason,
        StateSince = item.StateSince,
        Health = item.Health,
        NeedsAttention = item.NeedsAttention,
        Attention = item.Attention,
        CreatedAt = item.CreatedAt,
        Sprite = item.Sprite,
        LoopId = item.LoopId,
        Workspace = item.Workspace,
        RepoPath = item.Repo,
        Labels = RunResources.Labels(item.Labels),
        TotalIterations = item.TotalIterations,
        Events = item.LastEventSequence,
        Link = links.Run(item.RunId),
    };
}
