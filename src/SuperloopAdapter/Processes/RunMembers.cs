using System.Text.Json;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Launching;

namespace SuperloopAdapter.Processes;

/// <summary>
/// Tells which processes belong to a run: its leaders, the groups that they lead, everything with a mark of the run in its environment, and the
/// descendants of all these. It is the one rule for what a snapshot counts, what a start is refused over and what control signals. Nothing that
/// began before the run is a member, and nothing is once the machine has restarted: ids and start times begin anew then.
/// </summary>
internal sealed class RunMembers
{
    // /proc counts in hundredths of a second on every Linux, whatever the kernel's own tick.
    private const int TicksPerSecond = 100;

    // The runtime writes active-run.json a second or so after it began; its timestamps have whole seconds.
    private static readonly TimeSpan ActiveRunLag = TimeSpan.FromMinutes(2);

    // The same second, and what a clock that is being set may be off meanwhile.
    private static readonly TimeSpan ClockSlack = TimeSpan.FromSeconds(5);

    private readonly IProcessTable table;
    private readonly IReadOnlyList<ProcessEntry> leaders;
    private readonly IReadOnlyList<string> markers;
    private readonly long earliest;
    private readonly HashSet<(int Pid, long Start)> known = [];

    private RunMembers(IProcessTable table, IReadOnlyList<ProcessEntry> leaders, IReadOnlyList<string> markers, long earliest)
    {
        (this.table, this.leaders, this.markers, this.earliest) = (table, leaders, markers, earliest);
        foreach (var leader in leaders)
        {
            known.Add((leader.Pid, leader.StartTicks));
        }
    }

    /// <summary>The repository as a process works in it, where the leader is known by its file alone: see <see cref="AreProven"/>.</summary>
    private string? WorksIn { get; init; }

    /// <summary>Whether the machine, by its clock, has restarted since that file was written.</summary>
    private bool Restarted { get; init; }

    /// <summary>The last moment at which that leader can have begun, in ticks since boot.</summary>
    private long Latest { get; init; } = long.MaxValue;

    /// <summary>Nothing.</summary>
    public static RunMembers None(IProcessTable table) => new(table, [], [], 0);

    /// <summary>The members of launches of ours, as far as they are of this boot, and of a further leader that is theirs.</summary>
    public static RunMembers OfLaunches(IProcessTable table, IEnumerable<(LaunchRecord Launch, ProcessEntry? Leader)> launches, ProcessEntry? further = null)
    {
        List<(LaunchRecord Launch, ProcessEntry? Leader)> current = [.. launches.Where(l => l.Launch.IsOfBoot(table.BootId))];
        List<ProcessEntry> begun = [.. current.Select(static l => l.Leader).OfType<ProcessEntry>()];

        // A supervisor's first child carries the marker before there is a record of a leader.
        var from = begun.Count == current.Count ? begun.Select(static l => l.StartTicks).DefaultIfEmpty(0).Min() : 0;
        if (further is not null && begun.TrueForAll(l => l.Pid != further.Pid))
        {
            begun.Add(further);
            from = Math.Min(from, further.StartTicks);
        }

        return new RunMembers(table, begun, [.. current.Select(static l => l.Launch.Marker)], from);
    }

    /// <summary>The members of a living leader that somebody else launched.</summary>
    public static RunMembers OfLeader(IProcessTable table, ProcessEntry leader) => new(table, [leader], [], leader.StartTicks);

    /// <summary>
    /// What a leader that is gone left behind, by active-run.json: the group that it led. Null when that cannot be known, which is the case when it
    /// shared a group with whoever launched it, and when there is no such file.
    /// </summary>
    /// <param name="table">The processes.</param>
    /// <param name="activeRun">The file.</param>
    /// <param name="repoPath">The repository.</param>
    /// <param name="now">The time.</param>
    public static RunMembers? OfRecorded(IProcessTable table, JsonElement? activeRun, string repoPath, DateTimeOffset now)
    {
        if (activeRun.Integer("pid") is not (> 1 and <= int.MaxValue and var pid))
        {
            return null;
        }

        DateTimeOffset? written = Timestamps.Parse(activeRun.Text("updated_at")) is { Year: > 1970 and < 9999 } parsed ? parsed : null;
        var booted = now - table.Uptime;
        var restarted = written + ActiveRunLag < booted;
        if (activeRun.Integer("pgid") != pid)
        {
            return restarted ? None(table) : null;
        }

        var begun = Ticks(written - ActiveRunLag - booted) ?? 0;
        return new RunMembers(table, [new ProcessEntry((int)pid, 0, (int)pid, 'X', begun, [])], [], begun)
        {
            WorksIn = LinuxNative.PhysicalPath(repoPath) ?? repoPath,
            Restarted = restarted,
            Latest = Ticks(written + ClockSlack - booted) ?? long.MaxValue,
        };
    }

    /// <summary>
    /// The living members in a look of its own, or null when the process table cannot be read: then nothing is proven. What was found to belong
    /// once belongs, also when its parent is gone.
    /// </summary>
    public IReadOnlyList<ProcessEntry>? Living() => table.Read() is { } all ? [.. Among(all).Where(static p => p.Lives)] : null;

    /// <summary>The members beside the leaders in a look that was taken; null when that cannot be told.</summary>
    public MemberCount? CountIn(ProcessSighting sighting)
    {
        if (sighting.All is not { } all)
        {
            return null;
        }

        List<ProcessEntry> members = [.. Among(all).Where(p => !leaders.Any(l => l.Pid == p.Pid && (l.StartTicks == p.StartTicks || !p.Lives)))];
        List<ProcessEntry> living = [.. members.Where(static p => p.Lives)];
        return AreProven(living) ? new MemberCount(living.Count, members.Count - living.Count) : null;
    }

    /// <summary>
    /// Whether they are certain to be the run's. The number of a group is weak proof once its leader is gone: what works elsewhere is neither
    /// counted nor touched.
    /// </summary>
    public bool AreProven(IReadOnlyList<ProcessEntry> members) => WorksIn is null || members.All(WorksHere);

    /// <summary>Whether what has this time came after a process began; false where that cannot be told.</summary>
    public static bool IsSince(string? timestamp, ProcessEntry process, IProcessTable table, DateTimeOffset now) =>
        Timestamps.Parse(timestamp) >= now - table.Uptime + TimeSpan.FromSeconds(process.StartTicks / TicksPerSecond) - ClockSlack;

    private static long? Ticks(TimeSpan? sinceBoot) => sinceBoot is { } span ? (long)Math.Max(span.TotalSeconds * TicksPerSecond, 1) : null;

    /// <summary>The members, those included that have ended and whose exit nobody has read yet.</summary>
    private List<ProcessEntry> Among(IReadOnlyList<ProcessEntry> all)
    {
        List<ProcessEntry> members = [];
        if (leaders.Count == 0 && markers.Count == 0)
        {
            return members;
        }

        var groups = leaders.Where(l => l.Group == l.Pid && OwnsGroup(l, all)).Select(static l => l.Group).ToHashSet();
        foreach (var process in all)
        {
            if (CanBelong(process)
                && (known.Contains((process.Pid, process.StartTicks))
                    || (groups.Contains(process.Group) && (!Restarted || WorksHere(process)))
                    || (process.Lives && HasMarker(process))))
            {
                known.Add((process.Pid, process.StartTicks));
                members.Add(process);
            }
        }

        AddDescendants(all, members);
        return members;
    }

    // Never itself: an adapter that an agent started carries the mark, too.
    private bool CanBelong(ProcessEntry process) => process.StartTicks >= earliest && process.Pid != Environment.ProcessId;

    private bool HasMarker(ProcessEntry process)
    {
        foreach (var marker in markers)
        {
            if (table.HasEnvironment(process.Pid, marker))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The id of a group belongs to the leader as long as no other process has the leader's id: the system does not reuse it
    /// while the group has members. Of a leader that is known by its file alone the start time is known to the minute.
    /// </summary>
    private bool OwnsGroup(ProcessEntry leader, IReadOnlyList<ProcessEntry> all) =>
        all.FirstOrDefault(p => p.Pid == leader.Pid) is not { } holder
        || (WorksIn is null
            ? holder.StartTicks == leader.StartTicks || leader.StartTicks == 0
            : !Restarted && holder.StartTicks >= earliest && holder.StartTicks <= Latest && (!holder.Lives || WorksHere(holder)));

    private bool WorksHere(ProcessEntry process) =>
        (table.WorkingFolder(process.Pid) is { } works && (works == WorksIn || works.StartsWith(WorksIn + "/", StringComparison.Ordinal)))
        || (RuntimeCommand.Parse(process.Arguments) is { } command && command.IsFor(WorksIn!, table, process.Pid));

    /// <summary>A leader in a shell's group, or one that has just forked: its children are members by descent.</summary>
    private void AddDescendants(IReadOnlyList<ProcessEntry> all, List<ProcessEntry> members)
    {
        var parents = members.Select(static p => p.Pid).ToHashSet();
        for (var grew = parents.Count > 0; grew;)
        {
            grew = false;
            foreach (var process in all)
            {
                if (parents.Contains(process.ParentPid) && CanBelong(process) && parents.Add(process.Pid))
                {
                    known.Add((process.Pid, process.StartTicks));
                    members.Add(process);
                    grew = true;
                }
            }
        }
    }
}
