namespace SuperloopAdapter.Log;

/// <summary>A complete line without its line feed, or, when it is too long to hold, its size and hash.</summary>
internal readonly record struct AssembledLine(ReadOnlyMemory<byte> Bytes, long SizeBytes, byte[]? LongLineHash, bool IsTooLong)
{
    public LogLine Judge() => IsTooLong ? LogLine.TooLong() : LogLine.Parse(Bytes);
}
