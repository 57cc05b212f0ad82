namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>How a loop ended: the process stops with an exit code, or the next loop begins.</summary>
internal readonly record struct LoopEnd(bool Stops, int ExitCode)
{
    public static LoopEnd NextLoop => new(Stops: false, 0);

    public static LoopEnd Stop(int exitCode) => new(Stops: true, exitCode);
}
