using System.Text.Json;
using OpsManager.Contract;

namespace SuperloopAdapter.Snapshots;

/// <summary>What this adapter knows beyond v1: the members of <c>ext</c>, each absent when unknown.</summary>
internal static class SnapshotFacts
{
    public static SnapshotExtensions Of(LoopObservation observation, SnapshotAdditions additions)
    {
        var process = ProcessTruth.Of(observation);
        return new SnapshotExtensions
        {
            Capabilities = additions.Capabilities,
            Epoch = observation.Readings.Log.Epoch,
            Process = process,
            ObserveOnly = ProcessTruth.ObserveOnly(observation),
            ForeignLeaders = ProcessTruth.Foreign(observation),
            Attempt = AttemptOf(observation),
            Exit = additions.Exit,
            Control = additions.Control,
            Activity = process is { Alive: true } ? Activities.Of(observation) : null,
            PendingDecision = PendingFacts.Decision(observation),
            PendingRecovery = additions.Recovery,
            Beat = additions.Beat,
            AdditionalMembers = UnreadableOf(observation.Readings),
        };
    }

    private static AttemptFacts? AttemptOf(LoopObservation observation)
    {
        var run = observation.Readings.Log.Facts.Run;
        if (observation.Launch is not { Launch: { } launch } covering)
        {
            return run is null ? null : new AttemptFacts { BaseLine = run.Start.Line - 1, RuntimeRunId = run.Start.RunId };
        }

        return new AttemptFacts
        {
            Number = launch.Attempt,
            BaseLine = covering.BaseLineIn(observation.Readings.Log),
            RuntimeRunId = covering.HasLogged(observation.Readings.Log) ? run!.Start.RunId : null,
            AdditionalMembers = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
            {
                // Whose attempt it is: attempts of two Loop Runs have the same numbers.
                ["runId"] = JsonSerializer.SerializeToElement(launch.RunId, AdapterJson.Default.String),
            },
        };
    }

    /// <summary>Tells an artifact whose content is unknown from one that says nothing: both have a null value.</summary>
    private static Dictionary<string, JsonElement>? UnreadableOf(LoopReadings readings)
    {
        var unreadable = readings.Unreadable();
        return unreadable.Count == 0
            ? null
            : new(StringComparer.Ordinal) { ["unreadable"] = JsonSerializer.SerializeToElement(unreadable, AdapterJson.Default.IReadOnlyDictionaryStringString) };
    }
}
