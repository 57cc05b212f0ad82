using System.Text;

namespace SuperloopAdapter.Snapshots;

/// <summary>The end of what a launched process wrote, and when it wrote last.</summary>
/// <param name="Text">The text; its first line may be cut.</param>
/// <param name="WrittenAt">When the file was written last.</param>
internal sealed record CapturedOutput(string Text, DateTimeOffset WrittenAt)
{
    /// <summary>Enough for the few lines that the runtime writes while it waits.</summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>Whether more was written before.</summary>
    public bool IsCut { get; init; }

    public static CapturedOutput Of(ReadOnlySpan<byte> bytes, DateTimeOffset writtenAt) =>
        new(Encoding.UTF8.GetString(bytes), writtenAt) { IsCut = bytes.Length >= MaxBytes };
}
