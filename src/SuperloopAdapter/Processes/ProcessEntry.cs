namespace SuperloopAdapter.Processes;

/// <summary>One process, as /proc tells it.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="ParentPid">Parent's id.</param>
/// <param name="Group">Process group id.</param>
/// <param name="State">State letter.</param>
/// <param name="StartTicks">Start time in clock ticks since boot; tells a process from a later one with the same id.</param>
/// <param name="Arguments">Its argument vector, where it may be the runtime; empty for others, see <see cref="IProcessTable.ArgumentsOf"/>.</param>
internal sealed record ProcessEntry(int Pid, int ParentPid, int Group, char State, long StartTicks, IReadOnlyList<string> Arguments)
{
    /// <summary>A zombie has ended; only its exit code is waiting to be read.</summary>
    public bool Lives => State is not ('Z' or 'X' or 'x');

    public bool IsStopped => State is 'T' or 't';
}
