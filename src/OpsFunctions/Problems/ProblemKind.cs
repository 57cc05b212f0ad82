namespace OpsFunctions.Problems;

/// <summary>A kind of refusal. Codes are part of the API and never change their meaning.</summary>
/// <param name="Code">Stable code, mirrored in the header <c>x-error-code</c>.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">The same words for every problem of this kind.</param>
public sealed record ProblemKind(string Code, int Status, string Title);
