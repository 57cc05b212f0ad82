using System.Net;

namespace Ops.Cli.Api;

/// <summary>Something to tell the person at the terminal, and the exit code that goes with it.</summary>
internal sealed class ManagerException(int exitCode, string message, HttpStatusCode? status = null) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>What the manager answered with; null if it did not answer.</summary>
    public HttpStatusCode? Status { get; } = status;
}
