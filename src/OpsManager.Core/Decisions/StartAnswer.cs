namespace OpsManager.Core.Decisions;

/// <summary>What became of a start.</summary>
/// <param name="Accepted">Whether a process was launched.</param>
/// <param name="RefusalCode">Why not.</param>
/// <param name="Detail">The runtime's own words.</param>
/// <param name="BaseLine">Lines in the log before the launch.</param>
public sealed record StartAnswer(bool Accepted, string? RefusalCode, string? Detail, long? BaseLine);
