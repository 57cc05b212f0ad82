namespace SuperloopAdapter.Log;

/// <summary>
/// Byte offsets of every n-th line. When there are too many, every other one goes and n doubles: the memory is bounded
/// for any length of log, and finding a line costs one short scan.
/// </summary>
internal sealed class LogCheckpoints
{
    private const int Capacity = 16 * 1024;

    private readonly List<long> offsets;

    public LogCheckpoints()
        : this(64, [0])
    {
    }

    /// <summary>Takes up what was kept.</summary>
    public LogCheckpoints(long stride, IEnumerable<long> offsets)
    {
        Stride = stride;
        this.offsets = [.. offsets];
    }

    /// <summary>Lines from one place to the next.</summary>
    public long Stride { get; private set; }

    /// <summary>Where the lines after 0, 1, 2 ... strides begin.</summary>
    public IReadOnlyList<long> Offsets => offsets;

    /// <summary>Notes where the line after <paramref name="lineCount"/> lines begins.</summary>
    public void Note(long lineCount, long offset)
    {
        if (lineCount % Stride != 0)
        {
            return;
        }

        offsets.Add(offset);
        if (offsets.Count < Capacity)
        {
            return;
        }

        for (var i = 1; (i * 2) < offsets.Count; i++)
        {
            offsets[i] = offsets[i * 2];
        }

        offsets.RemoveRange((offsets.Count + 1) / 2, offsets.Count / 2);
        Stride *= 2;
    }

    /// <summary>The nearest known place at or before the end of <paramref name="lineCount"/> lines.</summary>
    public (long LineCount, long Offset) Before(long lineCount)
    {
        var index = (int)Math.Min(lineCount / Stride, offsets.Count - 1);
        return (index * Stride, offsets[index]);
    }
}
