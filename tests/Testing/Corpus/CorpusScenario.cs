namespace OpsManager.Testing.Corpus;

/// <summary>One story of a loop, told in steps.</summary>
/// <param name="Name">Folder name.</param>
/// <param name="Steps">Its moments, in order of time.</param>
public sealed record CorpusScenario(string Name, IReadOnlyList<CorpusStep> Steps)
{
    /// <summary>Whether the steps are documented mutations of real ones.</summary>
    public bool IsSynthetic => Name.StartsWith("synthetic-", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
