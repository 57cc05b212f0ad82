namespace SuperloopAdapter.Processes;

/// <summary>The processes of this machine. A boundary, so that recorded process facts can stand in for them.</summary>
internal interface IProcessTable
{
    /// <summary>Boot id of the machine; null when it cannot be read.</summary>
    string? BootId { get; }

    /// <summary>How long the machine has been up; null when it cannot be read.</summary>
    TimeSpan? Uptime => null;

    /// <summary>All processes that can be seen, or null when the table cannot be read: then nothing is known of any.</summary>
    IReadOnlyList<ProcessEntry>? Read();

    /// <summary>One process, without its arguments; null when it is gone.</summary>
    ProcessEntry? Find(int pid) => Read()?.FirstOrDefault(p => p.Pid == pid);

    /// <summary>The argument vector of any process; empty when it is gone or has none.</summary>
    IReadOnlyList<string> ArgumentsOf(int pid);

    /// <summary>The folder a process works in; null when it cannot be read.</summary>
    string? WorkingFolder(int pid);

    /// <summary>Whether the process was started with this environment entry (<c>NAME=value</c>).</summary>
    bool HasEnvironment(int pid, string entry);
}
