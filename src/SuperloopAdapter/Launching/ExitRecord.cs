namespace SuperloopAdapter.Launching;

/// <summary>How a leader ended, written by its supervisor.</summary>
/// <param name="Code">Exit code; 128 + n for signal n.</param>
/// <param name="At">When.</param>
/// <param name="LogLine">Complete lines in the log then; null when they could not be counted.</param>
internal sealed record ExitRecord(int Code, string? At, long? LogLine);
