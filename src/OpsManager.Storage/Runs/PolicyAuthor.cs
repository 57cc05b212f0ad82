namespace OpsManager.Storage.Runs;

/// <summary>Who changes a policy.</summary>
/// <param name="By">Who.</param>
/// <param name="Note">Why.</param>
/// <param name="At">When, on the manager's clock.</param>
/// <param name="TraceParent">W3C trace context of the request.</param>
public sealed record PolicyAuthor(string By, string? Note, DateTimeOffset At, string? TraceParent);
