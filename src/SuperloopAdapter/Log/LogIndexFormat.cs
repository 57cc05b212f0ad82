using System.Text;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Hashing;

namespace SuperloopAdapter.Log;

/// <summary>
/// The bytes of a kept index: a hash of what follows, a name with a version, the fields in order. Binary, because up to
/// 16,384 places as text would take longer to read than the lines they spare.
/// </summary>
internal static class LogIndexFormat
{
    // Changes with every change of the fields: another version is no index.
    private const string Name = "superloop-adapter log index 1";

    private const int MaxPlaces = 64 * 1024;

    public static byte[] Encode(LogIndexRecord index)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        writer.Write(new byte[ResumableSha256.DigestSize]);
        writer.Write(Name);
        Write(writer, index.Identity);
        writer.Write(index.Bytes);
        writer.Write(index.LineCount);
        writer.Write(index.HashState);
        Write(writer, index.Head);
        Write(writer, index.Tail);
        writer.Write(index.SampleStride);
        writer.Write(index.Samples.Count);
        foreach (var sample in index.Samples)
        {
            writer.Write(sample);
        }

        writer.Write(index.CheckpointStride);
        writer.Write(index.Checkpoints.Count);
        foreach (var place in index.Checkpoints)
        {
            writer.Write(place);
        }

        Write(writer, index.FirstLineHash);
        writer.Write(index.TimesReplaced);
        Write(writer, index.Facts);
        writer.Flush();
        var bytes = buffer.ToArray();
        ResumableSha256.Hash(bytes.AsSpan(ResumableSha256.DigestSize)).CopyTo(bytes, 0);
        return bytes;
    }

    /// <summary>Null for anything that <see cref="Encode"/> did not write whole.</summary>
    public static LogIndexRecord? Decode(byte[] bytes)
    {
        if (bytes.Length <= ResumableSha256.DigestSize
            || !ResumableSha256.Hash(bytes.AsSpan(ResumableSha256.DigestSize)).AsSpan().SequenceEqual(bytes.AsSpan(0, ResumableSha256.DigestSize)))
        {
            return null;
        }

        using var reader = new BinaryReader(new MemoryStream(bytes, ResumableSha256.DigestSize, bytes.Length - ResumableSha256.DigestSize), Encoding.UTF8);
        try
        {
            return reader.ReadString() == Name && Read(reader) is { } index && IsConsistent(index) ? index : null;
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static LogIndexRecord Read(BinaryReader reader) => new()
    {
        Identity = ReadIdentity(reader),
        Bytes = reader.ReadInt64(),
        LineCount = reader.ReadInt64(),
        HashState = Exactly(reader, ResumableSha256.StateSize),
        Head = Exactly(reader, Bounded(reader, LogWindows.Size)),
        Tail = Exactly(reader, Bounded(reader, LogWindows.Size)),
        SampleStride = reader.ReadInt64(),
        Samples = Many(reader, LogWindows.MaxSamples, static r => Exactly(r, ResumableSha256.DigestSize)),
        CheckpointStride = reader.ReadInt64(),
        Checkpoints = Many(reader, MaxPlaces, static r => r.ReadInt64()),
        FirstLineHash = ReadText(reader),
        TimesReplaced = reader.ReadInt32(),
        Facts = ReadFacts(reader),
    };

    /// <summary>Whether an index that is whole can also be used without harm, whoever wrote it.</summary>
    private static bool IsConsistent(LogIndexRecord index) =>
        index.Bytes >= 0
        && index.LineCount >= 0
        && index.TimesReplaced >= 0
        && index.SampleStride >= LogWindows.Size
        && index.CheckpointStride > 0
        && index.Head.Length == Math.Min(LogWindows.Size, index.Bytes)
        && index.Tail.Length == index.Head.Length
        && index.Samples.Count * index.SampleStride <= index.Bytes
        && index.Checkpoints is [0, ..]
        && index.Checkpoints.Zip(index.Checkpoints.Skip(1)).All(static pair => pair.First < pair.Second)
        && index.Checkpoints[^1] <= index.Bytes
        && ResumableSha256.Restore(index.HashState).Length == index.Bytes;

    private static void Write(BinaryWriter writer, FileIdentity identity)
    {
        writer.Write(identity.Device);
        writer.Write(identity.Inode);
        writer.Write(identity.Size);
        writer.Write(identity.ModifiedSeconds);
        writer.Write(identity.ModifiedNanoseconds);
        writer.Write(identity.ChangedSeconds);
        writer.Write(identity.ChangedNanoseconds);
        writer.Write(identity.IsRegularFile);
    }

    private static FileIdentity ReadIdentity(BinaryReader reader) => new(
        reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadUInt32(), reader.ReadInt64(), reader.ReadUInt32(), reader.ReadBoolean());

    private static void Write(BinaryWriter writer, LogFacts facts)
    {
        Write(writer, facts.Last, Write);
        Write(writer, facts.Run, Write);
        Write(writer, facts.Previous, Write);
        writer.Write(facts.QuarantinedLines);
    }

    private static LogFacts ReadFacts(BinaryReader reader) => new()
    {
        Last = ReadOptional(reader, ReadEvent),
        Run = ReadOptional(reader, ReadRun),
        Previous = ReadOptional(reader, ReadRun),
        QuarantinedLines = reader.ReadInt64(),
    };

    private static void Write(BinaryWriter writer, RunFacts run)
    {
        Write(writer, run.Start);
        Write(writer, run.RunId);
        Write(writer, run.Iteration);
        Write(writer, run.Terminal, Write);
        Write(writer, run.InFlight, Write);
        Write(writer, run.Last);
    }

    private static RunFacts ReadRun(BinaryReader reader) => new()
    {
        Start = ReadEvent(reader),
        RunId = ReadText(reader),
        Iteration = ReadNumber(reader),
        Terminal = ReadOptional(reader, ReadEvent),
        InFlight = ReadOptional(reader, ReadEvent),
        Last = ReadEvent(reader),
    };

    private static void Write(BinaryWriter writer, LoggedEvent logged)
    {
        writer.Write(logged.Line);
        writer.Write(logged.Name);
        writer.Write(logged.Timestamp);
        Write(writer, logged.RunId);
        Write(writer, logged.Iteration);
        Write(writer, logged.Role);
        Write(writer, logged.Status);
    }

    private static LoggedEvent ReadEvent(BinaryReader reader) => new(
        reader.ReadInt64(), reader.ReadString(), reader.ReadString(), ReadText(reader), ReadNumber(reader), ReadText(reader), ReadText(reader));

    private static void Write<T>(BinaryWriter writer, T? value, Action<BinaryWriter, T> write)
        where T : class
    {
        writer.Write(value is not null);
        if (value is not null)
        {
            write(writer, value);
        }
    }

    private static T? ReadOptional<T>(BinaryReader reader, Func<BinaryReader, T> read)
        where T : class => reader.ReadBoolean() ? read(reader) : null;

    private static void Write(BinaryWriter writer, string? text) => Write(writer, text, static (w, t) => w.Write(t));

    private static string? ReadText(BinaryReader reader) => ReadOptional(reader, static r => r.ReadString());

    private static void Write(BinaryWriter writer, long? number)
    {
        writer.Write(number is not null);
        writer.Write(number ?? 0);
    }

    private static long? ReadNumber(BinaryReader reader)
    {
        var given = reader.ReadBoolean();
        var number = reader.ReadInt64();
        return given ? number : null;
    }

    private static void Write(BinaryWriter writer, byte[] bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes.AsSpan());
    }

    private static byte[] Exactly(BinaryReader reader, int count) =>
        reader.ReadBytes(count) is { } bytes && bytes.Length == count ? bytes : throw new EndOfStreamException();

    private static int Bounded(BinaryReader reader, int max) =>
        reader.ReadInt32() is var count && count >= 0 && count <= max ? count : throw new FormatException();

    private static T[] Many<T>(BinaryReader reader, int max, Func<BinaryReader, T> read)
    {
        var values = new T[Bounded(reader, max)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = read(reader);
        }

        return values;
    }
}
