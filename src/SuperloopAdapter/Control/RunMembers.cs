using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Control;

/// <summary>
/// Tells which living processes belong to a run: its leaders, their process groups, everything with the run's marker in its
/// environment, and what was found to belong once. Nothing that began before the run can be a member.
/// </summary>
internal sealed class RunMembers(IProcessTable table, IReadOnlyList<ProcessEntry> leaders, IReadOnlyList<string> markers, long earliest)
{
    private readonly HashSet<(int Pid, long Start)> known = [.. leaders.Select(static l => (l.Pid, l.StartTicks))];

    /// <summary>Whether there is anything to look for.</summary>
    public bool IsEmpty => leaders.Count == 0 && markers.Count == 0;

    /// <summary>The living members, or null when the process table cannot be read: then nothing is proven.</summary>
    public IReadOnlyList<ProcessEntry>? Living()
    {
        if (table.Read() is not { } all)
        {
            return null;
        }

        var groups = leaders.Where(l => l.Group == l.Pid && OwnsGroup(l, all)).Select(static l => l.Group).ToHashSet();
        List<ProcessEntry> living = [];
        // Never itself: an adapter that an agent started carries the mark, too.
        foreach (var process in all.Where(p => p.StartTicks >= earliest && p.Pid != Environment.ProcessId))
        {
            if (known.Contains((process.Pid, process.StartTicks))
                || groups.Contains(process.Group)
                || markers.Any(m => table.HasEnvironment(process.Pid, m)))
            {
                known.Add((process.Pid, process.StartTicks));
                if (process.Lives)
                {
                    living.Add(process);
                }
            }
        }

        AddDescendants(all, living);
        return living;
    }

    /// <summary>
    /// The id of a group belongs to the leader as long as no other process has the leader's id: the system does not reuse it
    /// while the group has members.
    /// </summary>
    private static bool OwnsGroup(ProcessEntry leader, IReadOnlyList<ProcessEntry> all) =>
        all.FirstOrDefault(p => p.Pid == leader.Pid) is not { } holder || holder.StartTicks == leader.StartTicks || leader.StartTicks == 0;

    /// <summary>A leader in a shell's group, or one that has just forked: its children are members by descent.</summary>
    private void AddDescendants(IReadOnlyList<ProcessEntry> all, List<ProcessEntry> living)
    {
        var parents = living.Select(static p => p.Pid).ToHashSet();
        for (var grew = parents.Count > 0; grew;)
        {
            grew = false;
            foreach (var process in all.Where(p => parents.Contains(p.ParentPid) && p.StartTicks >= earliest && p.Pid != Environment.ProcessId && !parents.Contains(p.Pid)))
            {
                known.Add((process.Pid, process.StartTicks));
                parents.Add(process.Pid);
                grew = true;
                if (process.Lives)
                {
                    living.Add(process);
                }
            }
        }
    }
}
