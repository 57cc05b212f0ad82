using System.Text.Json.Nodes;
using OpsManager.SuperloopSimulator.Scenario;

namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>Appends to a loop's events.jsonl.</summary>
internal sealed class EventLog(LoopFolder folder, Pace pace, Pacing pacing, CrashPlan crashes)
{
    public async Task WriteAsync(string runId, int iteration, string name, JsonObject data, string? role = null, string? status = null)
    {
        await pace.WaitAsync(pacing.EventMs);
        crashes.Check(name, CrashMoment.Before, role);
        var line = JsonText.Line(JsonText.WithoutNulls(new JsonObject
        {
            ["timestamp"] = pace.Timestamp,
            ["event"] = name,
            ["loop_id"] = folder.LoopId,
            ["run_id"] = runId,
            ["iteration"] = iteration,
            ["role"] = role,
            ["status"] = status,
            ["data"] = data,
        }));
        var dies = crashes.Strikes(name, CrashMoment.During, role);
        if (dies || pacing.TornEventMs > 0)
        {
            ArtifactWriter.Append(folder.Events, line[..(line.Length / 2)]);
            crashes.Check(name, CrashMoment.During, role);
            await pace.WaitAsync(pacing.TornEventMs);
            line = line[(line.Length / 2)..];
        }

        ArtifactWriter.Append(folder.Events, line);
        crashes.Check(name, CrashMoment.After, role);
    }
}
