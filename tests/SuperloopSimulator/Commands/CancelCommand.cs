using OpsManager.SuperloopSimulator.Posix;
using OpsManager.SuperloopSimulator.Runtime;

namespace OpsManager.SuperloopSimulator.Commands;

/// <summary><c>cancel</c>: for the whole repository, whatever loop runs in it; no event is written.</summary>
internal sealed class CancelCommand(string repository, TimeProvider time)
{
    private const int Polls = 10;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    public async Task<int> RunAsync()
    {
        var (state, activeRun) = (LoopFolder.StateOf(repository), LoopFolder.ActiveRunOf(repository));
        var (hadState, hadActiveRun) = (File.Exists(state), File.Exists(activeRun));
        File.Delete(state);
        if (!hadState && !hadActiveRun)
        {
            Console.WriteLine("No active state file found.");
            return 0;
        }

        var (stopped, forced) = (false, false);
        if (hadActiveRun)
        {
            var active = JsonText.TryRead(activeRun);
            if (active.Number("pid") is { } pid && IsLeader(pid))
            {
                (stopped, forced) = await StopAsync(pid, active.Number("pgid"));
            }

            File.Delete(activeRun);
            if (active.Text("loop_id") is { Length: > 0 } loop)
            {
                Console.WriteLine($"Cancelled loop: {loop}");
            }
        }

        Console.WriteLine((stopped, forced) switch
        {
            (true, true) => "Cancelled loop state and force-stopped active run process.",
            (true, false) => "Cancelled loop state and stopped active run process.",
            _ => "Cancelled loop state.",
        });
        return 0;
    }

    /// <summary>The real one looks for its own name; this one answers to both.</summary>
    private static bool IsLeader(int pid)
    {
        var command = Native.Exists(pid) ? ProcessTable.CommandOf(pid) : "";
        return command.Contains("superloop.sh run", StringComparison.Ordinal) || command.Contains("superloop-simulator run", StringComparison.Ordinal);
    }

    private async Task<(bool Stopped, bool Forced)> StopAsync(int pid, int? group)
    {
        Signal(pid, group, Native.SigTerm);
        for (var poll = 0; poll < Polls; poll++)
        {
            if (!Native.Exists(pid))
            {
                return (true, false);
            }

            await Task.Delay(PollInterval, time);
        }

        Signal(pid, group, Native.SigKill);
        await Task.Delay(PollInterval, time);
        return (!Native.Exists(pid), true);
    }

    private static void Signal(int pid, int? group, int signal)
    {
        if (group == pid && group > 1)
        {
            if (Native.Kill(-pid, signal) != 0)
            {
                _ = Native.Kill(pid, signal);
            }

            return;
        }

        SignalDescendants(pid, signal);
        _ = Native.Kill(pid, signal);
    }

    private static void SignalDescendants(int pid, int signal)
    {
        foreach (var child in ProcessTable.ChildrenOf(pid).ToArray())
        {
            SignalDescendants(child, signal);
            _ = Native.Kill(child, signal);
        }
    }
}
