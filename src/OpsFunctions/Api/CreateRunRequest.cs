using OpsManager.Core.Runs;

namespace OpsFunctions.Api;

/// <summary>Asks for a Loop Run.</summary>
public sealed record CreateRunRequest
{
    /// <summary>Adopt the loop's newest runtime run, or launch a new one.</summary>
    public LaunchKind Launch { get; init; } = LaunchKind.Attach;

    /// <summary>The loop.</summary>
    public required LoopId LoopId { get; init; }

    /// <summary>The sprite it runs in.</summary>
    public required SpriteResource Sprite { get; init; }

    /// <summary>Repository path the adapter must serve; any if absent.</summary>
    public string? RepoPath { get; init; }

    /// <summary>A grouping of the caller's.</summary>
    public string? Workspace { get; init; }

    /// <summary>Labels of the caller's.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Name of the set of thresholds.</summary>
    public string? Profile { get; init; }

    /// <summary>What the run sets for itself, over the profile.</summary>
    public PolicyOverrides? Policy { get; init; }

    /// <summary>The ended run this one repeats.</summary>
    public RunId? RetryOf { get; init; }

    /// <summary>Whether the runtime is launched again once a decision was taken.</summary>
    public bool RelaunchOnDecision { get; init; } = true;
}
