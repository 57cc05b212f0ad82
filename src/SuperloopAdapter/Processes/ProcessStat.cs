using System.Buffers.Text;

namespace SuperloopAdapter.Processes;

/// <summary>A line of /proc/[pid]/stat.</summary>
/// <param name="Entry">The process, without its arguments.</param>
/// <param name="IsKernelThread">Whether it is one of the kernel's own.</param>
/// <param name="MayBeShell">Whether its name ends as that of a shell, or of the runtime's script, does: only such can be the runtime.</param>
internal readonly record struct ProcessStat(ProcessEntry Entry, bool IsKernelThread, bool MayBeShell)
{
    private const uint KernelThread = 0x0020_0000;

    // Fields after the name: state, parent, group, session, terminal, its group, flags, ..., start.
    private const int Parent = 1;
    private const int Group = 2;
    private const int Flags = 6;
    private const int Start = 19;

    /// <summary>Parses it as bytes, as there are hundreds; the name in brackets may itself have spaces and brackets, and any bytes.</summary>
    public static ProcessStat? Parse(ReadOnlySpan<byte> stat)
    {
        var open = stat.IndexOf((byte)'(');
        var close = stat.LastIndexOf((byte)')');
        if (open < 0 || close < open || !TryNumber(stat[..open].Trim((byte)' '), out var pid))
        {
            return null;
        }

        var rest = stat[(close + 1)..].Trim(" \n"u8);
        long parent = 0;
        long group = 0;
        long flags = 0;
        long start = 0;
        var state = '\0';
        var field = 0;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)' ');
            var text = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (text.IsEmpty)
            {
                continue;
            }

            var readable = field switch
            {
                0 => (state = (char)text[0]) != 0,
                Parent => TryNumber(text, out parent),
                Group => TryNumber(text, out group),
                Flags => TryNumber(text, out flags),
                Start => TryNumber(text, out start),
                _ => true,
            };
            if (!readable)
            {
                return null;
            }

            if (field++ == Start)
            {
                return new ProcessStat(
                    new ProcessEntry((int)pid, (int)parent, (int)group, state, start, []),
                    ((uint)flags & KernelThread) != 0,
                    stat[(open + 1)..close].EndsWith("sh"u8));
            }
        }

        return null;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out long number) => Utf8Parser.TryParse(text, out number, out var used) && used == text.Length;
}
