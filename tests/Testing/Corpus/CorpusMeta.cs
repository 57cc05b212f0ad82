namespace OpsManager.Testing.Corpus;

/// <summary>What is known of a step: <c>meta.json</c>.</summary>
public sealed record CorpusMeta
{
    /// <summary>When the tree was copied.</summary>
    public required DateTimeOffset CapturedAt { get; init; }

    /// <summary>What had happened, in words.</summary>
    public required string Note { get; init; }

    /// <summary>The repository's path at that time; the artifacts name it.</summary>
    public required string RepoPath { get; init; }

    /// <summary>The process facts of that moment, for use as the liveness oracle.</summary>
    public required CorpusProcess Process { get; init; }

    /// <summary>The last command given; null if not recorded.</summary>
    public CorpusCommand? LastCommand { get; init; }

    /// <summary>The true state.</summary>
    public required CorpusTruth Truth { get; init; }

    /// <summary>Whether the step is a documented mutation of a real one.</summary>
    public bool Synthetic { get; init; }

    /// <summary>Id of the step it was made from.</summary>
    public string? DerivedFrom { get; init; }
}
