namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>Ends the command with an exit code: <c>die</c> and the plain <c>return 1</c> of superloop.sh.</summary>
internal sealed class RuntimeExit : Exception
{
    public RuntimeExit(int exitCode, string? error = null)
        : base(error) => (ExitCode, Error) = (exitCode, error);

    public int ExitCode { get; }

    /// <summary>What <c>die</c> prints; null where the text is on the screen already.</summary>
    public string? Error { get; }

    public static RuntimeExit Die(string error) => new(1, error);
}
