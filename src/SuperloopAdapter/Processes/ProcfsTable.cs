using System.Buffers.Text;
using System.Globalization;
using System.Text;
using SuperloopAdapter.Artifacts;

namespace SuperloopAdapter.Processes;

/// <summary>Reads /proc. Processes come and go meanwhile: one that vanishes between two reads is left out.</summary>
internal sealed class ProcfsTable : IProcessTable
{
    private const string Root = "/proc";

    /// <summary>A line of stat is some 300 bytes, its name 64 at most.</summary>
    private const int StatBytes = 1024;

    /// <summary>Most environments and argument vectors fit; what does not is read with twice as much, and so on.</summary>
    private const int FirstBytes = 4 * 1024;

    /// <summary>The kernel's own bound for both is 128 KiB for one entry and, by default, 2 MiB for all.</summary>
    private const int MaxBytes = 4 * 1024 * 1024;

    // The kernel's own threads have no arguments and never become anything else, and a machine can have more of them than of
    // anything else. Two looks of one answer are milliseconds apart; ids are not reused that fast.
    private const long RememberedMilliseconds = 1000;
    private const int MaxRemembered = 4096;

    // A plain dictionary of references: of the concurrent one, and of values, nothing is compiled ahead, and one call is over in milliseconds.
    private readonly Dictionary<int, KernelThread> kernelThreads = [];
    private readonly Lock guard = new();

    private string? bootId;

    // Constant until the machine restarts, and this process with it.
    public string? BootId => bootId ??= ReadAll("sys/kernel/random/boot_id"u8) is { } bytes ? Encoding.ASCII.GetString(bytes).Trim() : null;

    public TimeSpan? Uptime =>
        ReadAll("uptime"u8) is { } bytes && Utf8Parser.TryParse(bytes, out double seconds, out _) ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>A process without its arguments; null when it is gone.</summary>
    public static ProcessEntry? ReadEntry(int pid) => ReadStat(pid)?.Entry;

    public IReadOnlyList<ProcessEntry>? Read()
    {
        try
        {
            List<ProcessEntry> entries = [];
            foreach (var folder in Directory.EnumerateDirectories(Root))
            {
                if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && Look(pid) is { } entry)
                {
                    entries.Add(entry);
                }
            }

            return entries.Count == 0 ? null : entries;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public ProcessEntry? Find(int pid) => ReadEntry(pid);

    public IReadOnlyList<string> ArgumentsOf(int pid) =>
        ReadAll(pid, "/cmdline"u8) is { } bytes ? Encoding.UTF8.GetString(bytes).Split('\0', StringSplitOptions.RemoveEmptyEntries) : [];

    public string? WorkingFolder(int pid)
    {
        try
        {
            return new FileInfo($"{Root}/{pid}/cwd").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public bool HasEnvironment(int pid, string entry)
    {
        ReadOnlySpan<byte> rest = ReadAll(pid, "/environ"u8);
        var sought = Encoding.UTF8.GetBytes(entry);
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)0);
            if ((end < 0 ? rest : rest[..end]).SequenceEqual(sought))
            {
                return true;
            }

            rest = end < 0 ? default : rest[(end + 1)..];
        }

        return false;
    }

    private ProcessEntry? Look(int pid)
    {
        lock (guard)
        {
            if (kernelThreads.TryGetValue(pid, out var kernel) && Environment.TickCount64 - kernel.SeenAt < RememberedMilliseconds)
            {
                return kernel.Entry;
            }
        }

        if (ReadStat(pid) is not { } stat)
        {
            return null;
        }

        if (stat.IsKernelThread)
        {
            lock (guard)
            {
                if (kernelThreads.Count >= MaxRemembered)
                {
                    kernelThreads.Clear();
                }

                kernelThreads[pid] = new KernelThread(stat.Entry, Environment.TickCount64);
            }

            return stat.Entry;
        }

        return stat.MayBeShell ? stat.Entry with { Arguments = ArgumentsOf(pid) } : stat.Entry;
    }

    private static ProcessStat? ReadStat(int pid)
    {
        Span<byte> path = stackalloc byte[64];
        Span<byte> buffer = stackalloc byte[StatBytes];
        return LinuxNative.ReadProc(PathOf(pid, "/stat"u8, path), buffer) is var length and > 0 ? ProcessStat.Parse(buffer[..length]) : null;
    }

    private static byte[]? ReadAll(int pid, ReadOnlySpan<byte> file)
    {
        Span<byte> path = stackalloc byte[64];
        return ReadAllAt(PathOf(pid, file, path));
    }

    private static byte[]? ReadAll(ReadOnlySpan<byte> file)
    {
        Span<byte> path = stackalloc byte[64];
        "/proc/"u8.CopyTo(path);
        file.CopyTo(path[6..]);
        path[6 + file.Length] = 0;
        return ReadAllAt(path[..(7 + file.Length)]);
    }

    private static byte[]? ReadAllAt(ReadOnlySpan<byte> path)
    {
        // Read anew rather than on: such a file is made by the read.
        for (var size = FirstBytes; size <= MaxBytes; size *= 4)
        {
            var buffer = new byte[size];
            if (LinuxNative.ReadProc(path, buffer) is var length && length < size)
            {
                return length < 0 ? null : buffer[..length];
            }
        }

        return null;
    }

    /// <summary>The path of a process's file, ended by a zero as the system wants it.</summary>
    private static ReadOnlySpan<byte> PathOf(int pid, ReadOnlySpan<byte> file, Span<byte> path)
    {
        "/proc/"u8.CopyTo(path);
        var length = 6;
        Utf8Formatter.TryFormat(pid, path[length..], out var digits);
        length += digits;
        file.CopyTo(path[length..]);
        length += file.Length;
        path[length] = 0;
        return path[..(length + 1)];
    }

    private sealed record KernelThread(ProcessEntry Entry, long SeenAt);
}
