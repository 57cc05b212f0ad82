namespace OpsFunctions.Problems;

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Field">Where: a member path, a query parameter or a header.</param>
/// <param name="Code">Stable code.</param>
/// <param name="Detail">What is wrong.</param>
/// <param name="Fix">What would be right.</param>
public sealed record FieldError(string Field, string Code, string Detail, string Fix);
