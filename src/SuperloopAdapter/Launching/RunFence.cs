namespace SuperloopAdapter.Launching;

/// <summary>The highest order and generation seen of a Loop Run. Calls that are older come from an engine that was replaced.</summary>
internal sealed record RunFence(string RunId, int Generation, long Order);
