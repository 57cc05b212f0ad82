namespace SuperloopAdapter;

/// <summary>
/// A refusal the caller can act on. It carries everything each front end needs (HTTP status, exit code), so that the
/// same condition has the same code on the command line and over HTTP. Messages never contain absolute paths.
/// </summary>
internal sealed record AdapterError(string Code, string Message, int HttpStatus, int ExitCode)
{
    /// <summary>Complete lines of the log, where the refusal is about the cursor.</summary>
    public long? EventLineCount { get; init; }

    public static AdapterError InvalidRequest(string message) => new("invalid_request", message, 400, Cli.ExitCodes.Usage);

    public static AdapterError InvalidJson() => new("invalid_json", "request body must be valid JSON", 400, Cli.ExitCodes.Usage);

    public static AdapterError Unauthorized() => new("unauthorized", "missing or invalid token", 401, Cli.ExitCodes.Failure);

    public static AdapterError NotFound() => new("not_found", "endpoint not found", 404, Cli.ExitCodes.Usage);

    public static AdapterError MethodNotAllowed() => new("method_not_allowed", "method not allowed", 405, Cli.ExitCodes.Usage);

    public static AdapterError UnknownLoop(string loopId) => new(
        "unknown_loop", $"loop '{loopId}' is not configured and has no artifacts", 404, Cli.ExitCodes.UnknownLoop);

    public static AdapterError ConfigUnreadable() => new(
        "config_unreadable", "config.json cannot be read at the moment, so the loop can be neither found nor ruled out", 503, Cli.ExitCodes.Failure);

    public static AdapterError CursorAhead(long cursor, long lineCount) => new(
        "cursor_ahead", $"cursor {cursor} is beyond the log, which has {lineCount} complete lines", 409, Cli.ExitCodes.CursorAhead)
    {
        EventLineCount = lineCount,
    };

    /// <summary>A one-shot answer has a bound, and this event alone is beyond it.</summary>
    public static AdapterError EventTooLarge(long line, long bytes) => new(
        "event_too_large", $"the event of line {line} takes {bytes} bytes: ask with --max-bytes", 409, Cli.ExitCodes.TooLarge);

    /// <summary>What is left of a snapshot when everything that can be left out is.</summary>
    public static AdapterError SnapshotTooLarge(long bytes) => new(
        "snapshot_too_large", $"the snapshot takes {bytes} bytes at least: ask with --max-bytes", 409, Cli.ExitCodes.TooLarge);

    public static AdapterError UnsafeArtifact(string relativePath) => new(
        "unsafe_artifact", $"'{relativePath}' is a symbolic link or no regular file and is not followed", 403, Cli.ExitCodes.UnsafeArtifact);

    public static AdapterError Unreadable(string relativePath) => new(
        "artifact_unreadable", $"'{relativePath}' cannot be read", 503, Cli.ExitCodes.Failure);

    public static AdapterError RepositoryMissing() => new(
        "repository_missing", "--repo is not a directory", 404, Cli.ExitCodes.RepositoryMissing);

    /// <summary>A start that is refused: nothing was launched, and the code says what would have to change.</summary>
    public static AdapterError StartRefused(string code, string message) => new(code, message, 409, Cli.ExitCodes.StartRefused);

    public static AdapterError Internal() => new("internal_error", "the adapter failed; its log says more", 500, Cli.ExitCodes.Failure);
}
