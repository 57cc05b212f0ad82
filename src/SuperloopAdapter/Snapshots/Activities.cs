using System.Text.Json;
using OpsManager.Contract;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Log;

namespace SuperloopAdapter.Snapshots;

/// <summary>Tells what a living runtime does, from its log and, where the log is silent, from its output.</summary>
internal static class Activities
{
    /// <summary>What the runtime takes where the configuration sets no limit to a wait for usage.</summary>
    private const long UsageWaitSeconds = 7200;

    public static ActivityFacts? Of(LoopObservation observation)
    {
        var loop = ConfiguredLoops.Find(observation.Readings.Config.Value, observation.Evidence.LoopId);
        return observation.Readings.Log.Facts.Run?.InFlight switch
        {
            null => null,
            { Name: "role_start" } begun => OfRole(observation, begun, begun.Timestamp, RoleDeadline(loop, begun)),
            { Name: "tests_start" or "tests_rerun_start" } begun => new ActivityFacts { Kind = "tests", Since = begun.Timestamp },

            // Nothing tells exactly when the wait was over, and with it the role's own time began.
            { Name: "usage_limit_blocked" } begun when UsageWait.IsOver(begun, observation.Output, observation.RoleLog) => OfRole(observation, begun, since: null, until: null),
            { Name: "usage_limit_blocked" } begun => new ActivityFacts { Kind = "usage_wait", Role = begun.Role, Since = begun.Timestamp, Until = UsageDeadline(loop, begun) },
            { } begun => new ActivityFacts { Kind = "gates", Since = begun.Timestamp },
        };
    }

    private static ActivityFacts OfRole(LoopObservation observation, LoggedEvent begun, string? since, string? until) => RateLimitWait.Find(observation.Output) is { } wait
        ? new ActivityFacts { Kind = "rate_limit_wait", Role = begun.Role, Since = Timestamps.Text(wait.Since), Until = Timestamps.Text(wait.Until) }
        : new ActivityFacts { Kind = "role", Role = begun.Role, Since = since, Until = until, OutputBytes = observation.RoleLog?.Size };

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

    private static string? After(LoggedEvent begun, long seconds) =>
        Timestamps.Parse(begun.Timestamp) is { } at && DateTimeOffset.MaxValue - at >= TimeSpan.FromSeconds(seconds) ? Timestamps.Text(at.AddSeconds(seconds)) : null;
}
