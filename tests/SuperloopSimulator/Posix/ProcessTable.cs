using System.Diagnostics;
using System.Globalization;

namespace OpsManager.SuperloopSimulator.Posix;

/// <summary>The processes of the machine: from /proc where there is one, else from ps.</summary>
internal static class ProcessTable
{
    private static readonly bool HasProc = File.Exists("/proc/self/stat");

    public static string CommandOf(int pid)
    {
        if (!HasProc)
        {
            return string.Join('\n', Ps("-o", "command=", "-p", Text(pid)));
        }

        try
        {
            return File.ReadAllText($"/proc/{Text(pid)}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }

    public static IEnumerable<int> ChildrenOf(int parent) => All().Where(process => process.Parent == parent).Select(process => process.Pid);

    private static IEnumerable<(int Pid, int Parent)> All()
    {
        if (!HasProc)
        {
            foreach (var line in Ps("-A", "-o", "pid=,ppid="))
            {
                var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                yield return (int.Parse(columns[0], CultureInfo.InvariantCulture), int.Parse(columns[1], CultureInfo.InvariantCulture));
            }

            yield break;
        }

        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && ParentOf(folder) is { } parent)
            {
                yield return (pid, parent);
            }
        }
    }

    private static int? ParentOf(string folder)
    {
        try
        {
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));

            // The name in parentheses may hold anything, also spaces and parentheses.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return int.Parse(fields[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string[] Ps(params string[] arguments)
    {
        using var ps = Process.Start(new ProcessStartInfo("ps", arguments) { RedirectStandardOutput = true, UseShellExecute = false });
        return ps is null ? [] : ps.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Text(int pid) => pid.ToString(CultureInfo.InvariantCulture);
}
