using System.Text.Json;
using OpsManager.Contract;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Log;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Snapshots;

/// <summary>What this adapter knows beyond v1: the members of <c>ext</c>, each absent when unknown.</summary>
internal static class SnapshotFacts
{
    public static SnapshotExtensions Of(RunEvidence evidence, LoopReadings readings, ProcessSighting sighting, IReadOnlyList<string> capabilities)
    {
        var process = ProcessOf(evidence, sighting);
        return new SnapshotExtensions
        {
            Capabilities = capabilities,
            Epoch = readings.Log.Epoch,
            Process = process,
            Attempt = AttemptOf(readings.Log.Facts.Run),
            Activity = process is { Alive: true } ? ActivityOf(evidence.LoopId, readings) : null,
            AdditionalMembers = UnreadableOf(readings),
        };
    }

    private static ProcessFacts? ProcessOf(RunEvidence evidence, ProcessSighting sighting)
    {
        if (!sighting.IsKnown)
        {
            return null;
        }

        var leader = sighting.LeaderOf(evidence.LoopId, evidence.RecordedPid, evidence.RecordedGroup)?.Process;
        return leader is null
            ? new ProcessFacts
            {
                Pid = evidence.RecordedPid,
                Pgid = evidence.RecordedGroup,
                BootId = sighting.BootId,
                Alive = false,
                LiveChildren = evidence.RecordedPid is { } dead ? sighting.LiveMembers(dead, evidence.RecordedGroup) : null,
            }
            : new ProcessFacts
            {
                Pid = leader.Pid,
                Pgid = leader.Group,
                StartTicks = leader.StartTicks,
                BootId = sighting.BootId,
                Alive = true,
                Stopped = leader.IsStopped,
                LiveChildren = sighting.LiveMembers(leader.Pid, leader.Group),
            };
    }

    private static AttemptFacts? AttemptOf(RunFacts? run) =>
        run is null ? null : new AttemptFacts { BaseLine = run.Start.Line - 1, RuntimeRunId = run.Start.RunId };

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
