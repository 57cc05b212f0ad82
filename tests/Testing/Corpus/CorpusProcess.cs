namespace OpsManager.Testing.Corpus;

/// <summary>The process named in <c>active-run.json</c>, as the operating system saw it.</summary>
/// <param name="PidInActiveRun">Its id; null without the file.</param>
/// <param name="Pgid">Its group; null without the file.</param>
/// <param name="Alive">Whether it lived; null without the file.</param>
/// <param name="Stat">State letters of <c>ps</c>; null when it did not live.</param>
/// <param name="Command">Its command line; null when it did not live.</param>
public sealed record CorpusProcess(int? PidInActiveRun, int? Pgid, bool? Alive, string? Stat, string? Command)
{
    /// <summary>Whether it was stopped by a signal.</summary>
    public bool IsStopped => Stat?.StartsWith('T') ?? false;
}
