namespace SuperloopAdapter.Processes;

/// <summary>One look at the processes of a repository: everything a snapshot says of them comes from the same look.</summary>
internal sealed class ProcessSighting
{
    private readonly List<RuntimeLeader> leaders = [];

    public ProcessSighting(IProcessTable table, string repoPath)
    {
        RepoPath = repoPath;
        BootId = table.BootId;
        All = table.Read();
        if (All is null)
        {
            return;
        }

        List<RuntimeLeader> matches = [];
        foreach (var process in All)
        {
            if (process.Lives && RuntimeCommand.Parse(process.Arguments) is { } command && command.IsFor(repoPath, table, process.Pid))
            {
                matches.Add(new RuntimeLeader(process, command.Loop));
            }
        }

        // The runtime's subshells carry its command line: the leader is the one whose parent is not another of them.
        var ids = matches.Select(static m => m.Process.Pid).ToHashSet();
        leaders.AddRange(matches.Where(m => !ids.Contains(m.Process.ParentPid)));
    }

    /// <summary>The repository.</summary>
    public string RepoPath { get; }

    public string? BootId { get; }

    /// <summary>Every process that was seen; null when the table could not be read.</summary>
    public IReadOnlyList<ProcessEntry>? All { get; }

    /// <summary>False when the process table could not be read: then absence proves nothing.</summary>
    public bool IsKnown => All is not null;

    /// <summary>Every living leader in the repository, whatever its loop.</summary>
    public IReadOnlyList<RuntimeLeader> Leaders => leaders;

    public bool AnyLives(Func<ProcessEntry, bool> condition) => All?.Any(p => p.Lives && condition(p)) ?? false;

    public ProcessEntry? Find(long pid) => All?.FirstOrDefault(p => p.Pid == pid);

    /// <summary>
    /// Counts a process among the leaders whatever its command line says: one that is on record as a launch's leader may have put another program
    /// in its place.
    /// </summary>
    public void Recognise(ProcessEntry leader, string loopId)
    {
        if (leaders.TrueForAll(l => l.Process.Pid != leader.Pid))
        {
            leaders.Add(new RuntimeLeader(leader, loopId));
        }
    }

    /// <summary>
    /// The living leader of a loop. What active-run.json names is believed only if that process lives and is the runtime:
    /// ids are reused. After its death, what is left of its group is no leader; nor is what is left of the group of a leader that we launched,
    /// of which that file may say nothing any more.
    /// </summary>
    /// <param name="loopId">The loop.</param>
    /// <param name="recordedPid">The leader by active-run.json.</param>
    /// <param name="recordedGroup">Its group.</param>
    /// <param name="launched">The leader of the newest launch, of this boot.</param>
    public RuntimeLeader? LeaderOf(string loopId, long? recordedPid, long? recordedGroup, ProcessEntry? launched = null)
    {
        if (recordedPid is { } pid && leaders.Find(l => l.Process.Pid == pid) is { } recorded)
        {
            return recorded;
        }

        if (launched is not null && Find(launched.Pid) is { } holder && holder.StartTicks != launched.StartTicks)
        {
            // The id is somebody else's by now, and so is the group.
            launched = null;
        }

        return leaders.Find(l => launched is not null && l.Process.Pid == launched.Pid)
            ?? leaders.Find(l => l.Loop == loopId
                && (l.Process.Pid == l.Process.Group
                    || ((recordedPid is null || l.Process.Group != recordedGroup) && (launched is null || l.Process.Group != launched.Group))));
    }
}
