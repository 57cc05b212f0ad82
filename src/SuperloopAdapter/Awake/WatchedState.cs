namespace SuperloopAdapter.Awake;

/// <summary>What a watcher compares from one look to the next.</summary>
/// <param name="Logs">Epoch and complete lines of each loop's log.</param>
/// <param name="Leaders">The leaders that live in the repository, by process id and start: one may go while another stays. Null when they cannot be known.</param>
internal sealed record WatchedState(IReadOnlyDictionary<string, (string? Epoch, long Lines)> Logs, IReadOnlySet<(int Pid, long StartTicks)>? Leaders)
{
    public bool SameAs(WatchedState other) =>
        (Leaders is null ? other.Leaders is null : other.Leaders is not null && Leaders.SetEquals(other.Leaders))
        && Logs.Count == other.Logs.Count
        && Logs.All(l => other.Logs.TryGetValue(l.Key, out var known) && known == l.Value);
}
