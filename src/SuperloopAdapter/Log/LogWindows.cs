using SuperloopAdapter.Hashing;

namespace SuperloopAdapter.Log;

/// <summary>
/// Short pieces of the log by which it is recognised without being read whole: its first bytes, the bytes before the place
/// that was reached, and the hashes of pieces at even distances in between. Bounded for any length of log.
/// </summary>
internal sealed class LogWindows
{
    /// <summary>Bytes of a piece.</summary>
    public const int Size = 4096;

    /// <summary>Pieces in between at most.</summary>
    public const int MaxSamples = 64;

    private readonly List<byte[]> samples = [];
    private readonly byte[] sample = new byte[Size];
    private long reached;

    public LogWindows()
    {
    }

    /// <summary>Takes up what was kept.</summary>
    public LogWindows(byte[] head, byte[] tail, long stride, IEnumerable<byte[]> samples, long reached)
    {
        (Head, Tail, Stride, this.reached) = (head, tail, stride, reached);
        this.samples.AddRange(samples);
    }

    /// <summary>The first bytes.</summary>
    public byte[] Head { get; private set; } = [];

    /// <summary>The last bytes before the place that was reached. Never changed in place.</summary>
    public byte[] Tail { get; private set; } = [];

    /// <summary>Distance of the samples: the n-th begins n times as far in.</summary>
    public long Stride { get; private set; } = 64 * 1024;

    /// <summary>Hashes of the samples.</summary>
    public IReadOnlyList<byte[]> Samples => samples;

    /// <summary>How many of the samples end before a place.</summary>
    public int SamplesBefore(long offset) => (int)Math.Min(samples.Count, Math.Max(0, (offset - Size) / Stride));

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        if (Head.Length < Size)
        {
            Head = [.. Head, .. bytes[..Math.Min(bytes.Length, Size - Head.Length)]];
        }

        Tail = bytes.Length >= Size
            ? bytes[^Size..].ToArray()
            : [.. Tail.AsSpan(Math.Max(0, Tail.Length + bytes.Length - Size)), .. bytes];
        Sample(bytes);
        reached += bytes.Length;
    }

    /// <summary>Whether a file holds these bytes, a window at most, at a place.</summary>
    public static bool Matches(LogSource file, ReadOnlySpan<byte> expected, long offset)
    {
        Span<byte> actual = stackalloc byte[Size];
        actual = actual[..expected.Length];
        return file.Fill(actual, offset) && actual.SequenceEqual(expected);
    }

    /// <summary>Whether the first and the last bytes are what they were.</summary>
    public bool EndsMatch(LogSource file, long length) => Matches(file, Head, 0) && Matches(file, Tail, length - Tail.Length);

    /// <summary>Whether the pieces in between are what they were.</summary>
    public bool SamplesMatch(LogSource file)
    {
        Span<byte> actual = stackalloc byte[Size];
        for (var i = 0; i < samples.Count; i++)
        {
            if (!file.Fill(actual, (i + 1) * Stride) || !ResumableSha256.Hash(actual).AsSpan().SequenceEqual(samples[i]))
            {
                return false;
            }
        }

        return true;
    }

    private void Sample(ReadOnlySpan<byte> bytes)
    {
        var end = reached + bytes.Length;
        while (true)
        {
            var start = (samples.Count + 1) * Stride;
            var from = Math.Max(start, reached);
            var to = Math.Min(start + Size, end);
            if (from >= to)
            {
                return;
            }

            bytes[(int)(from - reached)..(int)(to - reached)].CopyTo(sample.AsSpan((int)(from - start)));
            if (to < start + Size)
            {
                return;
            }

            samples.Add(ResumableSha256.Hash(sample));
            if (samples.Count == MaxSamples)
            {
                Thin();
            }
        }
    }

    private void Thin()
    {
        for (var i = 0; i < samples.Count / 2; i++)
        {
            samples[i] = samples[(i * 2) + 1];
        }

        samples.RemoveRange(samples.Count / 2, samples.Count - (samples.Count / 2));
        Stride *= 2;
    }
}
