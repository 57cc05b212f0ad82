using System.Text.Json;
using OpsManager.Contract;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Log;

namespace SuperloopAdapter.Snapshots;

/// <summary>What this adapter knows beyond v1: the members of <c>ext</c>, each absent when unknown.</summary>
internal static class SnapshotFacts
{
    public static SnapshotExtensions Of(LoopObservation observation, ExitFacts? exit, IReadOnlyList<string> capabilities, ControlFacts? control)
    {
        var process = ProcessOf(observation);
        return new SnapshotExtensions
        {
            Capabilities = capabilities,
            Epoch = observation.Readings.Log.Epoch,
            Process = process,
            Attempt = AttemptOf(observation),
            Exit = exit,
            Control = control,
            Activity = process is { Alive: true } ? ActivityOf(observation.Evidence.LoopId, observation.Readings) : null,
            AdditionalMembers = UnreadableOf(observation.Readings),
        };
    }

    private static ProcessFacts? ProcessOf(LoopObservation observation)
    {
        var (evidence, sighting) = (observation.Evidence, observation.Sighting);
        if (!sighting.IsKnown)
        {
            return null;
        }

        if (observation.Leader is { } leader)
        {
            return new ProcessFacts
            {
                Pid = leader.Pid,
                Pgid = leader.Group,
                StartTicks = leader.StartTicks,
                BootId = sighting.BootId,
                Alive = true,
                Stopped = leader.IsStopped,
                LiveChildren = observation.Survivors ?? sighting.LiveMembers(leader.Pid, leader.Group),
            };
        }

        // A launch of ours knows its leader exactly, also after active-run.json is gone, and on which boot it lived.
        if (observation.Launch is { Leader: { } begun } launch)
        {
            return new ProcessFacts
            {
                Pid = begun.Pid,
                Pgid = begun.Pid,
                StartTicks = begun.StartTicks,
                BootId = launch.Launch.BootId,
                Alive = launch.Lives,
                LiveChildren = observation.Survivors,
            };
        }

        return new ProcessFacts
        {
            Pid = evidence.RecordedPid,
            Pgid = evidence.RecordedGroup,
            BootId = sighting.BootId,
            Alive = observation.Launch is { Lives: true },
            LiveChildren = evidence.RecordedPid is { } dead ? sighting.LiveMembers(dead, evidence.RecordedGroup) : null,
        };
    }

    private static AttemptFacts? AttemptOf(LoopObservation observation)
    {
        var run = observation.Readings.Log.Facts.Run;
        if (observation.Launch is not { Launch: { } launch })
        {
            return run is null ? null : new AttemptFacts { BaseLine = run.Start.Line - 1, RuntimeRunId = run.Start.RunId };
        }

        return new AttemptFacts
        {
            Number = launch.Attempt,
            BaseLine = launch.BaseLine,
            RuntimeRunId = run?.Start.Line > launch.BaseLine ? run.Start.RunId : null,
            AdditionalMembers = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
            {
                // Whose attempt it is: attempts of two Loop Runs have the same numbers.
                ["runId"] = JsonSerializer.SerializeToElement(launch.RunId, AdapterJson.Default.String),
            },
        };
    }

    private static ActivityFacts? ActivityOf(string loopId, LoopReadings readings)
    {
        if (readings.Log.Facts.Run?.InFlight is not { } begun)
        {
            return null;
        }

        return begun.Name switch
        {
            "role_start" => new ActivityFacts { Kind = "role", Role = begun.Role, Since = begun.Timestamp, Until = RoleDeadline(loopId, begun, readings.Config.Value) },
            "tests_start" or "tests_rerun_start" => new ActivityFacts { Kind = "tests", Since = begun.Timestamp },
            // The runtime polls for at most two hours before it gives up.
            "usage_limit_blocked" => new ActivityFacts { Kind = "usage_wait", Role = begun.Role, Since = begun.Timestamp, Until = After(begun.Timestamp, 7200) },
            _ => new ActivityFacts { Kind = "gates", Since = begun.Timestamp },
        };
    }

    /// <summary>A role's own timeout, where the configuration sets one; the clock it runs on goes on during a pause.</summary>
    private static string? RoleDeadline(string loopId, LoggedEvent begun, JsonElement? config)
    {
        if (config.Member("loops") is not { ValueKind: JsonValueKind.Array } loops)
        {
            return null;
        }

        foreach (JsonElement? loop in loops.EnumerateArray())
        {
            if (loop.Text("id") == loopId && loop.Member("timeouts") is { } timeouts && ((JsonElement?)timeouts).Flag("enabled") == true)
            {
                var seconds = (begun.Role is { } role ? ((JsonElement?)timeouts).Integer(role) : null) ?? ((JsonElement?)timeouts).Integer("default");
                return seconds is > 0 and < int.MaxValue ? After(begun.Timestamp, seconds.Value) : null;
            }
        }

        return null;
    }

    private static string? After(string timestamp, long seconds) =>
        Timestamps.Parse(timestamp) is { } begun ? Timestamps.Text(begun.AddSeconds(seconds)) : null;

    /// <summary>Tells an artifact whose content is unknown from one that says nothing: both have a null value.</summary>
    private static Dictionary<string, JsonElement>? UnreadableOf(LoopReadings readings)
    {
        var unreadable = readings.Unreadable();
        return unreadable.Count == 0
            ? null
            : new(StringComparer.Ordinal) { ["unreadable"] = JsonSerializer.SerializeToElement(unreadable, AdapterJson.Default.IReadOnlyDictionaryStringString) };
    }
}
