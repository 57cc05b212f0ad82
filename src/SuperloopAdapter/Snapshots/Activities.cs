using System.Text.Json;
using OpsManager.Contract;
using SuperloopAdapter.Log;

namespace SuperloopAdapter.Snapshots;

/// <summary>Tells what a living runtime does, from its log and, where the log is silent, from its output.</summary>
internal static class Activities
{
    /// <summary>What the runtime takes where the configuration sets no limit to a wait for usage.</summary>
    private const long UsageWaitSeconds = 7200;

    public static ActivityFacts? Of(LoopObservation observation)
    {
        var loop = LoopOf(observation);
        return observation.Readings.Log.Facts.Run?.InFlight switch
        {
            null => null,
            { Name: "role_start" } begun when RateLimitWait.Find(observation.Output) is { } wait => new ActivityFacts
            {
                Kind = "rate_limit_wait",
                Role = begun.Role,
                Since = Timestamps.Text(wait.Since),
                Until = Timestamps.Text(wait.Until),
            },
            { Name: "role_start" } begun => new ActivityFacts { Kind = "role", Role = begun.Role, Since = begun.Timestamp, Until = RoleDeadline(loop, begun) },
            { Name: "tests_start" or "tests_rerun_start" } begun => new ActivityFacts { Kind = "tests", Since = begun.Timestamp },
            { Name: "usage_limit_blocked" } begun => new ActivityFacts { Kind = "usage_wait", Role = begun.Role, Since = begun.Timestamp, Until = UsageDeadline(loop, begun) },
            { } begun => new ActivityFacts { Kind = "gates", Since = begun.Timestamp },
        };
    }

    /// <summary>A role's own timeout, where the configuration sets one; the clock it runs on goes on during a pause.</summary>
    private static string? RoleDeadline(JsonElement? loop, LoggedEvent begun)
    {
        if (loop.Object("timeouts") is not { } timeouts || ((JsonElement?)timeouts).Flag("enabled") != true)
        {
            return null;
        }

        var seconds = (begun.Role is { } role ? ((JsonElement?)timeouts).Integer(role) : null) ?? ((JsonElement?)timeouts).Integer("default");
        return seconds is > 0 and < int.MaxValue ? After(begun, seconds.Value) : null;
    }

    private static string? UsageDeadline(JsonElement? loop, LoggedEvent begun) =>
        (loop.Object("usage_check").Integer("max_wait_seconds") ?? UsageWaitSeconds) is > 0 and < int.MaxValue and var seconds ? After(begun, seconds) : null;

    private static JsonElement? LoopOf(LoopObservation observation)
    {
        if (observation.Readings.Config.Value.Member("loops") is { ValueKind: JsonValueKind.Array } loops)
        {
            foreach (JsonElement? loop in loops.EnumerateArray())
            {
                if (loop.Text("id") == observation.Evidence.LoopId)
                {
                    return loop;
                }
            }
        }

        return null;
    }

    private static string? After(LoggedEvent begun, long seconds) =>
        Timestamps.Parse(begun.Timestamp) is { } at ? Timestamps.Text(at.AddSeconds(seconds)) : null;
}
