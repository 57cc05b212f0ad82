namespace Ops.Cli.Api;

/// <summary>Something to tell the person at the terminal, and the exit code that goes with it.</summary>
internal sealed class ManagerException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
