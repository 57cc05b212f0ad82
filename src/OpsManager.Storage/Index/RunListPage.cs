namespace OpsManager.Storage.Index;

/// <summary>A page of a list.</summary>
/// <param name="Items">The runs.</param>
/// <param name="Continuation">Where the next page begins; null on the last.</param>
public sealed record RunListPage(IReadOnlyList<RunListItem> Items, string? Continuation);
