using SuperloopAdapter.Processes;

namespace OpsManager.Corpus.Tests.Replay;

/// <summary>A process table that is told what lives, in place of processes that are long gone.</summary>
internal sealed class PlayedProcesses : IProcessTable
{
    private IReadOnlyList<ProcessEntry> _living = [];

    /// <summary>Environment entries of processes, by id: the marks that a launcher gives what it starts.</summary>
    public Dictionary<int, string> Marks { get; } = [];

    public string BootId { get; private set; } = "boot-of-the-recording";

    /// <summary>Told after each look.</summary>
    public Action? AfterRead { get; set; }

    /// <summary>The machine starts anew: nothing lives but what is named, and the boot is another.</summary>
    public void Restart(params ProcessEntry[] living)
    {
        BootId = "boot-after-the-recording";
        Play(living);
    }

    public void Play(IEnumerable<ProcessEntry> living) => _living = [.. living];

    public IReadOnlyList<ProcessEntry> Read()
    {
        var seen = _living;
        AfterRead?.Invoke();
        return seen;
    }

    public IReadOnlyList<string> ArgumentsOf(int pid) => _living.FirstOrDefault(p => p.Pid == pid)?.Arguments ?? [];

    public string? WorkingFolder(int pid) => null;

    public bool HasEnvironment(int pid, string entry)
    {
        // What has ended has no environment any more.
        var has = _living.Any(p => p.Pid == pid) && Marks.TryGetValue(pid, out var mark) && mark == entry;
        AfterRead?.Invoke();
        return has;
    }
}
