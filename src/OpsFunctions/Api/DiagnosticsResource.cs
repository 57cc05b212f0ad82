namespace OpsFunctions.Api;

/// <summary>Diagnostics of a run.</summary>
/// <param name="Value">Those of each attempt, newest first.</param>
/// <param name="NextLink">Address of the next page; absent on the last.</param>
/// <param name="Links">What stands in where there are none: the latest snapshot and the last events.</param>
public sealed record DiagnosticsResource(
    IReadOnlyList<AttemptDiagnosticsResource> Value,
    string? NextLink,
    IReadOnlyDictionary<string, string> Links);
