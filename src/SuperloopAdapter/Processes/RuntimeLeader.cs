namespace SuperloopAdapter.Processes;

/// <summary>A living runtime process of the repository.</summary>
/// <param name="Process">The process.</param>
/// <param name="Loop">The loop it was started for; null when it runs all of them in turn.</param>
internal sealed record RuntimeLeader(ProcessEntry Process, string? Loop);
