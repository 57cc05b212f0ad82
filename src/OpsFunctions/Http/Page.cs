namespace OpsFunctions.Http;

/// <summary>A page that was read.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">Its elements.</param>
/// <param name="Next">Where the next one begins, as the parameter says it; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
