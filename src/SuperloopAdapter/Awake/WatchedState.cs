namespace SuperloopAdapter.Awake;

/// <summary>What a watcher compares from one look to the next.</summary>
/// <param name="Logs">Epoch and complete lines of each loop's log.</param>
/// <param name="LeaderLives">Whether a leader lives in the repository; null when that cannot be known.</param>
internal sealed record WatchedState(IReadOnlyDictionary<string, (string? Epoch, long Lines)> Logs, bool? LeaderLives)
{
    public bool SameAs(WatchedState other) =>
        LeaderLives == other.LeaderLives
        && Logs.Count == other.Logs.Count
        && Logs.All(l => other.Logs.TryGetValue(l.Key, out var known) && known == l.Value);
}
