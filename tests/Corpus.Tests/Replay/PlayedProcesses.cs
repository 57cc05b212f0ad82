using SuperloopAdapter.Processes;

namespace OpsManager.Corpus.Tests.Replay;

/// <summary>A process table that is told what lives, in place of processes that are long gone.</summary>
internal sealed class PlayedProcesses : IProcessTable
{
    private IReadOnlyList<ProcessEntry> _living = [];

    /// <summary>Environment entries of processes, by id: the marks that a launcher gives what it starts.</summary>
    public Dictionary<int, string> Marks { get; } = [];

    public string BootId => "boot-of-the-recording";

    public void Play(IEnumerable<ProcessEntry> living) => _living = [.. living];

    public IReadOnlyList<ProcessEntry> Read() => _living;

    public string? WorkingFolder(int pid) => null;

    public bool HasEnvironment(int pid, string entry) => Marks.TryGetValue(pid, out var mark) && mark == entry;
}
