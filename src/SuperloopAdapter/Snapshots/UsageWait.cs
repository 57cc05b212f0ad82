using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Log;

namespace SuperloopAdapter.Snapshots;

/// <summary>
/// A wait for usage to be free again. The runtime logs how it begins and not how it ends: then it goes on with the role that it
/// had logged before. It says so in its output; where that was not captured, the role's log that is written tells it.
/// </summary>
internal static class UsageWait
{
    private const string Cleared = "[superloop] Usage limits cleared. Resuming...";

    // What it prints before a wait and while it goes on. The quota itself is printed before the event is logged.
    private static readonly string[] Waiting = ["[superloop] Usage limit reached. Waiting for reset...", "[superloop] Still waiting for usage reset...", "[usage] BLOCKED: "];

    /// <summary>Whether the wait that began with this event is over.</summary>
    public static bool IsOver(LoggedEvent begun, CapturedOutput? output, FileIdentity? roleLog) =>
        Find(output) ?? (roleLog is { } log && Timestamps.Parse(begun.Timestamp) is { } at && log.ModifiedSeconds > at.ToUnixTimeSeconds());

    /// <summary>What output says of the last wait; null when it says nothing of any.</summary>
    public static bool? Find(CapturedOutput? output)
    {
        if (output is null)
        {
            return null;
        }

        foreach (var line in output.Text.Split('\n', StringSplitOptions.TrimEntries).Reverse())
        {
            if (line == Cleared)
            {
                return true;
            }

            if (Array.Exists(Waiting, w => line.StartsWith(w, StringComparison.Ordinal)))
            {
                return false;
            }
        }

        // Nothing but a line or two is printed in five minutes of waiting: what pushed those out of sight came from work.
        return output.IsCut ? true : null;
    }
}
