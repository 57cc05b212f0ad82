using System.Diagnostics;

namespace EndToEnd.Tests.Hosting;

/// <summary>Waits for conditions of other processes, which no fake clock reaches.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Asks until the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not hold within the limit; the message says what was seen last.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> lastSeen, TimeSpan? limit = null)
    {
        var patience = limit ?? Limit;
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > patience)
            {
                throw new TimeoutException($"Not within {patience.TotalSeconds:0} s; last seen: {lastSeen()}");
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
