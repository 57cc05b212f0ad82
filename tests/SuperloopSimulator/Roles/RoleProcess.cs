using System.Globalization;
using System.Runtime.InteropServices;

namespace OpsManager.SuperloopSimulator.Roles;

/// <summary>The process of a role: it works, writes to its log and its standard output, and says its last message.</summary>
internal sealed class RoleProcess(RoleOrder order, TimeProvider time)
{
    public async Task<int> RunAsync()
    {
        using var ignored = order.IgnoresTerm ? PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true) : null;
        await using var log = OpenLog(order.LogFile);
        Say(log, string.Create(CultureInfo.InvariantCulture, $"[{order.Role}] iteration {order.Iteration} working"));
        if (order.OrphanMs > 0)
        {
            using var orphan = Children.Start(Children.Orphan, order);
        }

        await WorkAsync(log, order.Hangs ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(order.DurationMs));
        foreach (var line in order.Output)
        {
            Say(log, line);
        }

        if (order.ExitCode != 0)
        {
            return order.ExitCode;
        }

        foreach (var checklist in order.Checklists)
        {
            await File.WriteAllTextAsync(checklist, ChecklistText(order.ChecklistRemaining));
        }

        var message = order.Promise is null ? $"{order.Role} is done" : $"<promise>{order.Promise}</promise>";
        if (order.Promise is not null)
        {
            Say(log, message);
        }

        await File.WriteAllTextAsync(order.LastMessageFile, message + "\n");
        return 0;
    }

    /// <summary>What a role leaves behind when it started something of its own: outside its log, still at work on the files.</summary>
    public async Task<int> RunOrphanAsync()
    {
        await WorkAsync(log: null, TimeSpan.FromMilliseconds(order.OrphanMs));
        return 0;
    }

    public static string ChecklistText(int remaining) =>
        "# Checklist\n\n- [x] Begin\n" + string.Concat(Enumerable.Range(1, remaining).Select(item => string.Create(CultureInfo.InvariantCulture, $"- [ ] Item {item}\n")));

    private static StreamWriter OpenLog(string path) =>
        new(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0)) { AutoFlush = true, NewLine = "\n" };

    private async Task WorkAsync(StreamWriter? log, TimeSpan duration)
    {
        var began = time.GetTimestamp();
        for (var tick = 1; ; tick++)
        {
            if (order.WorkFile is not null)
            {
                await File.AppendAllTextAsync(order.WorkFile, string.Create(CultureInfo.InvariantCulture, $"{order.Role} {order.Iteration}.{tick}\n"));
            }

            var left = duration == Timeout.InfiniteTimeSpan ? TimeSpan.FromHours(1) : duration - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            var step = order.TickMs > 0 ? TimeSpan.FromMilliseconds(Math.Max(order.TickMs, 5)) : left;
            await Task.Delay(step < left ? step : left, time);
            if (step < left && log is not null)
            {
                Say(log, string.Create(CultureInfo.InvariantCulture, $"tick {tick}"));
            }
        }
    }

    private static void Say(StreamWriter log, string line)
    {
        log.WriteLine(line);
        try
        {
            Console.Out.WriteLine(line);
        }
        catch (IOException)
        {
            // The reader of an orphan's output may be gone; its work goes on.
        }
    }
}
