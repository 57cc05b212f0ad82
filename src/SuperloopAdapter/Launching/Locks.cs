using Microsoft.Win32.SafeHandles;

namespace SuperloopAdapter.Launching;

/// <summary>
/// Takes the file locks that keep several adapters (a service and one-shot commands) apart. Order, where several are held:
/// control, start, fence.
/// </summary>
internal static class Locks
{
    /// <summary>One per repository: at most one process of the runtime is started or ended at a time.</summary>
    public const string Start = "start.lock";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Null when another held it all the while.</summary>
    public static async Task<SafeFileHandle?> TakeAsync(Func<SafeFileHandle?> tryTake, DateTimeOffset deadline, TimeProvider time, CancellationToken cancellation)
    {
        while (true)
        {
            if (tryTake() is { } held)
            {
                return held;
            }

            if (time.GetUtcNow() >= deadline)
            {
                return null;
            }

            await Task.Delay(Pause, time, cancellation);
        }
    }
}
