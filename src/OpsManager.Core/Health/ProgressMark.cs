namespace OpsManager.Core.Health;

/// <summary>What the work looks like at one moment, as an adapter that looks at the repository sees it. Compared, never read.</summary>
/// <param name="Head">Commit of HEAD.</param>
/// <param name="WorkTree">Hash over the work tree.</param>
/// <param name="OpenChecklistItems">Open items of the checklists; null when there are none or nobody counted.</param>
/// <param name="TestSignature">Hash over what the failing tests say; null when none fail or nobody knows.</param>
public sealed record ProgressMark(string? Head, string? WorkTree, long? OpenChecklistItems, string? TestSignature)
{
    /// <summary>Whether nothing changed between the two, as far as both say enough to tell.</summary>
    public bool? IsUnchangedFrom(ProgressMark earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return Head is null || WorkTree is null || earlier.Head is null || earlier.WorkTree is null
            ? null
            : Head == earlier.Head && WorkTree == earlier.WorkTree && OpenChecklistItems == earlier.OpenChecklistItems;
    }
}
