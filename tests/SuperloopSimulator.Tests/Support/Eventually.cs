namespace SuperloopSimulator.Tests.Support;

/// <summary>Waits for conditions, within bounds.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task Holds(string what, Func<bool> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"Waited in vain: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }
    }
}
