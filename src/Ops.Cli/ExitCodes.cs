namespace Ops.Cli;

/// <summary>Exit codes. Scripts depend on them.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>The manager could not be reached or failed.</summary>
    public const int Error = 1;

    /// <summary>The command line, or a value on it, is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The manager refused because of the state of things.</summary>
    public const int Refused = 3;

    /// <summary>The key is missing or wrong.</summary>
    public const int Unauthorized = 4;

    /// <summary>What was asked ended otherwise than confirmed: nobody knows, it did not work, it was too late or something else came first.</summary>
    public const int IntentNotConfirmed = 5;

    /// <summary>The run ended otherwise than completed.</summary>
    public const int RunNotCompleted = 6;

    /// <summary>Stopped by Ctrl-C or SIGTERM.</summary>
    public const int Interrupted = 130;
}
