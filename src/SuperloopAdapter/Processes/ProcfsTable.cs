using System.Globalization;
using System.Text;

namespace SuperloopAdapter.Processes;

/// <summary>Reads /proc. Processes come and go meanwhile: one that vanishes between two reads is left out.</summary>
internal sealed class ProcfsTable : IProcessTable
{
    private const string Root = "/proc";

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

        var fields = stat[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return fields.Length > 19
            && int.TryParse(stat.AsSpan(0, open).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent)
            && int.TryParse(fields[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var group)
            && long.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
                ? new ProcessEntry(pid, parent, group, fields[0][0], ticks, arguments)
                : null;
    }

    /// <summary>A process without its arguments; null when it is gone.</summary>
    public static ProcessEntry? ReadStat(int pid) => ReadText($"{Root}/{pid}/stat") is { } stat ? ParseStat(stat, []) : null;

    private static ProcessEntry? ReadEntry(int pid) => ReadText($"{Root}/{pid}/stat") is { } stat
        ? ParseStat(stat, ReadText($"{Root}/{pid}/cmdline")?.Split('\0', StringSplitOptions.RemoveEmptyEntries) ?? [])
        : null;

    private static string? ReadText(string path) => ReadBytes(path) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    private static byte[]? ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
