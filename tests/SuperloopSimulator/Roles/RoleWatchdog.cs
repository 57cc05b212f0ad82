using System.Diagnostics;
using OpsManager.SuperloopSimulator.Posix;

namespace OpsManager.SuperloopSimulator.Roles;

/// <summary>
/// Where time-outs are on, a process of its own stands between the runtime and the role: it goes on while the runtime is
/// stopped, measures wall-clock time, and ends the role but not what the role started.
/// </summary>
internal sealed class RoleWatchdog(RoleOrder order, TimeProvider time)
{
    public async Task<int> RunAsync()
    {
        using var role = Children.Start(Children.Role, order);
        var exit = role.WaitForExitAsync();
        var deadline = order.TimeoutMs > 0 ? time.GetUtcNow().AddMilliseconds(order.TimeoutMs) : DateTimeOffset.MaxValue;
        var quiet = new QuietWatch(order, time);
        while (!exit.IsCompleted)
        {
            await Task.WhenAny(exit, Task.Delay(TimeSpan.FromMilliseconds(20), time));
            var expired = time.GetUtcNow() >= deadline || quiet.IsTooLong();
            if (expired && !exit.IsCompleted)
            {
                await Console.Error.WriteLineAsync($"\n[superloop] {order.TimeoutText} Terminating.");
                await TerminateAsync(role, exit);
                return RoleExit.TimedOut;
            }
        }

        return role.ExitCode;
    }

    private async Task TerminateAsync(Process role, Task exit)
    {
        _ = Native.Kill(role.Id, Native.SigTerm);

        // The real one sleeps here whether the role obeys or not.
        await Task.Delay(TimeSpan.FromMilliseconds(order.KillAfterMs), time);
        if (!exit.IsCompleted)
        {
            role.Kill();
        }

        await exit;
    }
}
