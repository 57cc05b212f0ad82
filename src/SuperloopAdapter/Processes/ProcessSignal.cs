namespace SuperloopAdapter.Processes;

/// <summary>The signals that control uses; the numbers are the same on every Linux this runs on.</summary>
internal enum ProcessSignal
{
    /// <summary>No signal.</summary>
    None = 0,

    /// <summary>SIGKILL.</summary>
    Kill = 9,

    /// <summary>SIGTERM.</summary>
    Terminate = 15,

    /// <summary>SIGCONT.</summary>
    Continue = 18,

    /// <summary>SIGSTOP.</summary>
    Stop = 19,
}
