namespace OpsManager.Core.Observations;

/// <summary>How a runtime process ended, as its launcher saw it.</summary>
/// <param name="Code">Exit code; 128 + n for signal n.</param>
/// <param name="LogLine">Lines in the log when it was recorded; null when unknown.</param>
/// <param name="Text">The end of its output, bounded and redacted.</param>
public sealed record ExitRecord(int Code, long? LogLine, string? Text);
