using SuperloopAdapter.Launching;

namespace SuperloopAdapter.Processes;

/// <summary>One look at the processes of a repository: everything a snapshot says of them comes from the same look.</summary>
internal sealed class ProcessSighting
{
    private readonly IReadOnlyList<ProcessEntry>? all;
    private readonly List<RuntimeLeader> leaders = [];

    public ProcessSighting(IProcessTable table, string repoPath)
    {
        BootId = table.BootId;
        all = table.Read();
        if (all is null)
        {
            return;
        }

        List<(ProcessEntry Process, string? Loop)> matches = [];
        foreach (var process in all)
        {
            if (process.Lives && RuntimeCommand.Parse(process.Arguments) is { } command && IsOf(table, process.Pid, command, repoPath))
            {
                matches.Add((process, command.Loop));
            }
        }

        // The runtime's subshells carry its command line: the leader is the one whose parent is not another of them.
        var ids = matches.Select(static m => m.Process.Pid).ToHashSet();
        leaders.AddRange(matches.Where(m => !ids.Contains(m.Process.ParentPid)).Select(static m => new RuntimeLeader(m.Process, m.Loop)));
    }

    public string? BootId { get; }

    /// <summary>False when the process table could not be read: then absence proves nothing.</summary>
    public bool IsKnown => all is not null;

    /// <summary>Every living leader in the repository, whatever its loop.</summary>
    public IReadOnlyList<RuntimeLeader> Leaders => leaders;

    public bool AnyLives(Func<ProcessEntry, bool> condition) => all?.Any(p => p.Lives && condition(p)) ?? false;

    /// <summary>
    /// What lives of a launch beside its leader: the leader's process group and everything that carries the run's marker in
    /// its environment, which also finds what left the group. Nothing that began before the leader can be a member.
    /// </summary>
    public int? Survivors(LaunchRecord launch, ProcessEntry? leader, IProcessTable table) => all?.Count(p =>
        p.Lives && p.Pid != leader?.Pid && (leader is null || p.StartTicks >= leader.StartTicks)
        && ((leader is not null && p.Group == leader.Pid) || table.HasEnvironment(p.Pid, launch.Marker)));

    public ProcessEntry? Find(long pid) => all?.FirstOrDefault(p => p.Pid == pid);

    /// <summary>
    /// The living leader of a loop. What active-run.json names is believed only if that process lives and is the runtime:
    /// ids are reused. After its death, what is left of its group is no leader.
    /// </summary>
    public RuntimeLeader? LeaderOf(string loopId, long? recordedPid, long? recordedGroup)
    {
        if (recordedPid is { } pid && leaders.Find(l => l.Process.Pid == pid) is { } recorded)
        {
            return recorded;
        }

        return leaders.Find(l => l.Loop == loopId && (recordedPid is null || l.Process.Group != recordedGroup || l.Process.Pid == l.Process.Group));
    }

    /// <summary>
    /// Living members beside the leader: its own process group, or, when it shares a group with whoever launched it, its
    /// descendants. Null when that cannot be known, which is the case for what a dead leader of a shared group left behind.
    /// </summary>
    public int? LiveMembers(long leaderPid, long? group)
    {
        if (all is null)
        {
            return null;
        }

        if (group == leaderPid)
        {
            return all.Count(p => p.Group == group && p.Pid != leaderPid && p.Lives);
        }

        if (Find(leaderPid) is not { Lives: true })
        {
            return null;
        }

        HashSet<int> family = [(int)leaderPid];
        var count = 0;
        for (var grew = true; grew;)
        {
            grew = false;
            foreach (var process in all)
            {
                if (family.Contains(process.ParentPid) && family.Add(process.Pid))
                {
                    grew = true;
                    count += process.Lives ? 1 : 0;
                }
            }
        }

        return count;
    }

    /// <summary>Members that have ended and whose exit nobody has read yet.</summary>
    public int? Zombies(long leaderPid, long? group) =>
        all?.Count(p => !p.Lives && p.Pid != leaderPid && (p.ParentPid == leaderPid || (group == leaderPid && p.Group == group)));

    private static bool IsOf(IProcessTable table, int pid, RuntimeCommand command, string repoPath)
    {
        if (command.Repo is { } repo && Path.IsPathRooted(repo))
        {
            return Same(repo, repoPath);
        }

        return table.WorkingFolder(pid) is { } folder && Same(Path.Combine(folder, command.Repo ?? "."), repoPath);
    }

    private static bool Same(string one, string other) =>
        string.Equals(Path.TrimEndingDirectorySeparator(Path.GetFullPath(one)), other, StringComparison.Ordinal);
}
