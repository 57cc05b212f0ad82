namespace OpsFunctions.OpenApi;

/// <summary>An answer of an operation that is no problem.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Description">When it comes.</param>
/// <param name="Body">Type of the body; null if there is none or it is no type of ours.</param>
/// <param name="ContentType">Media type of the body; null if there is none.</param>
/// <param name="Headers">Headers worth knowing, with what they mean.</param>
public sealed record ApiResponse(
    int Status,
    string Description,
    Type? Body = null,
    string? ContentType = null,
    IReadOnlyDictionary<string, string>? Headers = null);
