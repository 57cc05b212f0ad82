namespace SuperloopAdapter.Cli;

/// <summary>Exit codes of every command; they are part of the adapter's interface and documented in its help.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>Unexpected failure; stderr says more.</summary>
    public const int Failure = 1;

    /// <summary>Wrong arguments.</summary>
    public const int Usage = 2;

    /// <summary>The loop is neither configured nor has it artifacts.</summary>
    public const int UnknownLoop = 3;

    /// <summary>The cursor is beyond the log.</summary>
    public const int CursorAhead = 4;

    /// <summary>An artifact is a symbolic link or no regular file.</summary>
    public const int UnsafeArtifact = 5;

    /// <summary>The repository is not there.</summary>
    public const int RepositoryMissing = 6;

    /// <summary>A start was refused; the code in the error document says why.</summary>
    public const int StartRefused = 7;

    /// <summary>A control call was refused; the code in the answer says why.</summary>
    public const int ControlRefused = 8;

    /// <summary>A control call was not proven in time, or could not begin: read, then decide.</summary>
    public const int ControlAmbiguous = 9;

    /// <summary>The endpoint breaks the contract; stdout says where.</summary>
    public const int NotConforming = 10;

    /// <summary>One event, or the least a snapshot is, is larger than the answer may be.</summary>
    public const int TooLarge = 11;
}
