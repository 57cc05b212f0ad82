namespace OpsFunctions.Timers;

/// <summary>What a tick of the reaper did.</summary>
/// <param name="Runs">Deletions it went on with.</param>
/// <param name="Finished">Deletions of which nothing is left to do.</param>
/// <param name="Waiting">Deletions that wait: for instances to end, or for what slow writers may still bring.</param>
/// <param name="Failures">Deletions that failed for now.</param>
public sealed record ReaperReport(int Runs, int Finished, int Waiting, int Failures);
