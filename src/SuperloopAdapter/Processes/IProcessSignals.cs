namespace SuperloopAdapter.Processes;

/// <summary>Sends signals. A boundary beside <see cref="IProcessTable"/>, so that a table of recorded processes can have none.</summary>
internal interface IProcessSignals
{
    /// <summary>Sends a signal to exactly this process; false when it is gone, or its id belongs to another by now.</summary>
    bool Send(ProcessEntry process, ProcessSignal signal);
}
