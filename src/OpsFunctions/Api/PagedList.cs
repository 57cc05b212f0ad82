namespace OpsFunctions.Api;

/// <summary>A page of a list.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Value">The elements.</param>
/// <param name="NextLink">Address of the next page; absent on the last.</param>
public sealed record PagedList<T>(IReadOnlyList<T> Value, string? NextLink);
