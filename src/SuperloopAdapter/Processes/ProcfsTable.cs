using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using SuperloopAdapter.Artifacts;

namespace SuperloopAdapter.Processes;

/// <summary>Reads /proc. Processes come and go meanwhile: one that vanishes between two reads is left out.</summary>
internal sealed class ProcfsTable : IProcessTable
{
    private const string Root = "/proc";
    private const uint KernelThread = 0x0020_0000;

    // The kernel's own threads have no arguments and never become anything else, and a machine can have more of them than of
    // anything else. Two looks of one answer are milliseconds apart; ids are not reused that fast.
    private const long RememberedMilliseconds = 1000;
    private const int MaxRemembered = 4096;

    private readonly ConcurrentDictionary<int, (ProcessEntry Entry, long SeenAt)> kernelThreads = new();

    private string? bootId;

    // Constant until the machine restarts, and this process with it.
    public string? BootId => bootId ??= ReadText($"{Root}/sys/kernel/random/boot_id")?.Trim();

    public IReadOnlyList<ProcessEntry>? Read()
    {
        try
        {
            List<ProcessEntry> entries = [];
            foreach (var folder in Directory.EnumerateDirectories(Root))
            {
                if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && ReadEntry(pid) is { } entry)
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

    public bool HasEnvironment(int pid, string entry) => ReadBytes($"{Root}/{pid}/environ") is { } bytes
        && Encoding.UTF8.GetString(bytes).Split('\0').Contains(entry, StringComparer.Ordinal);

    /// <summary>Parses a line of /proc/[pid]/stat; the name in brackets may itself have spaces and brackets.</summary>
    public static ProcessEntry? ParseStat(string stat, IReadOnlyList<string> arguments)
    {
        var open = stat.IndexOf('(', StringComparison.Ordinal);
        var close = stat.LastIndexOf(')');
        if (open < 0 || close < open)
        {
            return null;
        }

        Span<Range> fields = stackalloc Range[21];
        var rest = stat.AsSpan(close + 1).Trim();
        return rest.Split(fields, ' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) > 19
            && int.TryParse(stat.AsSpan(0, open).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            && int.TryParse(rest[fields[1]], NumberStyles.None, CultureInfo.InvariantCulture, out var parent)
            && int.TryParse(rest[fields[2]], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var group)
            && long.TryParse(rest[fields[19]], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
                ? new ProcessEntry(pid, parent, group, rest[fields[0]][0], ticks, arguments)
                : null;
    }

    /// <summary>A process without its arguments; null when it is gone.</summary>
    public static ProcessEntry? ReadStat(int pid) => ReadText($"{Root}/{pid}/stat") is { } stat ? ParseStat(stat, []) : null;

    private ProcessEntry? ReadEntry(int pid)
    {
        if (kernelThreads.TryGetValue(pid, out var kernel) && Environment.TickCount64 - kernel.SeenAt < RememberedMilliseconds)
        {
            return kernel.Entry;
        }

        if (ReadText($"{Root}/{pid}/stat") is not { } stat || ParseStat(stat, []) is not { } entry)
        {
            return null;
        }

        if (IsOfKernel(stat))
        {
            if (kernelThreads.Count >= MaxRemembered)
            {
                kernelThreads.Clear();
            }

            kernelThreads[pid] = (entry, Environment.TickCount64);
            return entry;
        }

        return entry with { Arguments = ReadText($"{Root}/{pid}/cmdline")?.Split('\0', StringSplitOptions.RemoveEmptyEntries) ?? [] };
    }

    private static bool IsOfKernel(string stat)
    {
        Span<Range> fields = stackalloc Range[8];
        var rest = stat.AsSpan(stat.LastIndexOf(')') + 1);
        return rest.Split(fields, ' ', StringSplitOptions.RemoveEmptyEntries) == fields.Length
            && uint.TryParse(rest[fields[6]], NumberStyles.None, CultureInfo.InvariantCulture, out var flags)
            && (flags & KernelThread) != 0;
    }

    private static string? ReadText(string path) => ReadBytes(path) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    private static byte[]? ReadBytes(string path)
    {
        try
        {
            // Not File.ReadAllBytes: it asks for a size these files do not have and takes locks, on each of hundreds of files.
            using var file = LinuxNative.OpenReadOnly(path);
            if (file.IsInvalid)
            {
                return null;
            }

            var bytes = new byte[1024];
            var filled = 0;
            while (RandomAccess.Read(file, bytes.AsSpan(filled), filled) is var read and > 0)
            {
                filled += read;
                if (filled == bytes.Length)
                {
                    Array.Resize(ref bytes, bytes.Length * 2);
                }
            }

            return bytes[..filled];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
