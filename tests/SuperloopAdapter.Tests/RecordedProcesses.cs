using OpsManager.Testing.Corpus;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Tests;

/// <summary>The process facts recorded with a step, in place of processes that are long gone.</summary>
internal sealed class RecordedProcesses(IReadOnlyList<ProcessEntry>? entries) : IProcessTable
{
    public static RecordedProcesses None { get; } = new([]);

    public static RecordedProcesses Unreadable { get; } = new(null);

    public string BootId => "boot-of-the-recording";

    public TimeSpan? Uptime { get; init; }

    /// <summary>Where processes work, by id.</summary>
    public Dictionary<int, string> Folders { get; init; } = [];

    /// <summary>Environment entries, by id.</summary>
    public Dictionary<int, string> Marks { get; init; } = [];

    /// <summary>How often all of them were read.</summary>
    public int Reads { get; private set; }

    public static RecordedProcesses Of(CorpusStep step, string repoPath)
    {
        var meta = step.Meta;
        List<ProcessEntry> entries = [];
        if (meta.Process is { PidInActiveRun: { } pid, Alive: true, Stat: { } stat, Command: { } command })
        {
            entries.Add(Entry(pid, meta.Process.Pgid ?? pid, stat[0], command.Replace(meta.RepoPath, repoPath, StringComparison.Ordinal)));
        }

        return new RecordedProcesses(entries);
    }

    public static ProcessEntry Entry(int pid, int group, char state, string command, int parent = 1) =>
        new(pid, parent, group, state, 1000 + pid, command.Split(' '));

    public IReadOnlyList<ProcessEntry>? Read()
    {
        Reads++;
        return entries;
    }

    public ProcessEntry? Find(int pid) => entries?.FirstOrDefault(p => p.Pid == pid);

    public IReadOnlyList<string> ArgumentsOf(int pid) => entries?.FirstOrDefault(p => p.Pid == pid)?.Arguments ?? [];

    public string? WorkingFolder(int pid) => Folders.GetValueOrDefault(pid);

    public bool HasEnvironment(int pid, string entry) => Marks.GetValueOrDefault(pid) == entry;
}
