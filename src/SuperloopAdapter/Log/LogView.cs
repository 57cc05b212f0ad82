namespace SuperloopAdapter.Log;

/// <summary>The log at one moment.</summary>
/// <param name="Exists">Whether the file is there.</param>
/// <param name="LineCount">Complete lines; a torn last line is not one yet.</param>
/// <param name="SizeBytes">Bytes of the file, torn last line included.</param>
/// <param name="Sha256">Hash of those bytes.</param>
/// <param name="ModifiedSeconds">Modification time.</param>
/// <param name="Epoch">Identity of the log; null until it has a line.</param>
/// <param name="Facts">What its lines say.</param>
internal sealed record LogView(
    bool Exists, long LineCount, long SizeBytes, string? Sha256, long? ModifiedSeconds, string? Epoch, LogFacts Facts)
{
    public static LogView Absent { get; } = new(false, 0, 0, null, null, null, LogFacts.Empty);
}
