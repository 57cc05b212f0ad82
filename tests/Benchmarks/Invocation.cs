namespace OpsManager.Benchmarks;

/// <summary>One execution of a function.</summary>
/// <param name="Function">Its name.</param>
/// <param name="OwnRequests">Requests of ours that began while it ran. Exact, because one run alone is observed and functions take turns.</param>
internal sealed record Invocation(string Function, int OwnRequests);
