using System.Buffers;
using System.Text.Json;
using OpsManager.Contract;
using OpsManager.Contract.Diagnostics;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Control;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Log;
using SuperloopAdapter.Processes;
using SuperloopAdapter.Snapshots;

namespace SuperloopAdapter.Diagnostics;

/// <summary>
/// What an operator looks at when a run misbehaves: the ends of its output and of the role's log, its processes, the state of
/// its artifacts. Redacted, and never larger than <see cref="MaxBytes"/>: the longest pieces are shortened until it fits.
/// </summary>
internal sealed class DiagnosticsReader(SuperloopFolder folder, IProcessTable processes, IReadOnlyList<string> secrets, TimeProvider time)
{
    public const int MaxBytes = 48 * 1024;

    private const int LongestTail = 16 * 1024;
    private const int MaxProcesses = 50;
    private const int MaxCommand = 200;

    private readonly RunTargets targets = new(folder, processes, time);

    public byte[] Write(LoopObservation observation)
    {
        var loopId = observation.Evidence.LoopId;
        var members = targets.Find(new ControlRequest { LoopId = loopId, Intent = ControlVerbs.Cancel }, observation).Members.Living();
        for (var tail = LongestTail; ; tail /= 2)
        {
            var document = Write(observation, loopId, members, tail);
            if (document.Length <= MaxBytes || tail == 0)
            {
                return document;
            }
        }
    }

    private byte[] Write(LoopObservation observation, string loopId, IReadOnlyList<ProcessEntry>? members, int tail)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, EventEnvelopes.WriterOptions);
        json.WriteStartObject();
        json.WriteBoolean("ok", true);
        json.WriteString("schemaVersion", ContractVersion.V1);
        json.WriteString("at", Timestamps.Now(time));
        json.WriteStartObject("source");
        json.WriteString("repoPath", folder.RepoPath);
        json.WriteString("loopId", loopId);
        json.WriteEndObject();
        WriteLaunch(json, observation, loopId, tail);
        WriteRoleLog(json, observation.Readings.Log.Facts.Run, loopId, tail);
        WriteProcesses(json, members);
        WriteArtifacts(json, observation.Readings);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private void WriteLaunch(Utf8JsonWriter json, LoopObservation observation, string loopId, int tail)
    {
        if (observation.Launch is not { } sighting)
        {
            return;
        }

        json.WriteStartObject("launch");
        json.WriteString("runId", sighting.Launch.RunId);
        json.WriteNumber("attempt", sighting.Launch.Attempt);
        json.WriteString("startedAt", sighting.Launch.StartedAt);
        if (observation.Exit is { } exit)
        {
            json.WriteNumber("exitCode", exit.Code);
            json.WriteString("exitAt", exit.At);
        }

        json.WriteEndObject();
        WriteTail(json, "output", null, new LaunchFolder(folder, loopId).OutputTail(sighting.Launch, tail + 1), tail);
    }

    /// <summary>The log of the role in flight, else of the last one that was.</summary>
    private void WriteRoleLog(Utf8JsonWriter json, RunFacts? run, string loopId, int tail)
    {
        var role = run?.InFlight?.Role ?? run?.Last.Role;
        if (role is null || !LoopId.IsValid(role) || run!.Iteration is not { } iteration)
        {
            return;
        }

        var path = SuperloopFolder.LoopFile(loopId, $"logs/iter-{iteration}/{role}.log");
        WriteTail(json, "roleLog", SuperloopFolder.ContractPath(path), Read(path, tail + 1), tail);
    }

    private byte[]? Read(string path, int bytes)
    {
        try
        {
            return folder.ReadTail(path, bytes);
        }
        catch (AdapterException)
        {
            // A link, or unreadable: the rest of the diagnosis is worth having.
            return null;
        }
    }

    /// <summary>One byte more than wanted was read: when it is there, the first line was cut.</summary>
    private void WriteTail(Utf8JsonWriter json, string name, string? path, byte[]? bytes, int tail)
    {
        if (bytes is null)
        {
            return;
        }

        json.WriteStartObject(name);
        if (path is not null)
        {
            json.WriteString("path", path);
        }

        json.WriteBoolean("truncated", bytes.Length > tail);
        json.WriteString("tail", Redaction.Clean(OutputTail.WholeLines(bytes, tail), secrets));
        json.WriteEndObject();
    }

    private void WriteProcesses(Utf8JsonWriter json, IReadOnlyList<ProcessEntry>? members)
    {
        if (members is null)
        {
            return;
        }

        json.WriteStartArray("processes");
        foreach (var process in members.OrderBy(static p => p.StartTicks).ThenBy(static p => p.Pid).Take(MaxProcesses))
        {
            var command = Redaction.Clean(string.Join(' ', processes.ArgumentsOf(process.Pid)), secrets);
            json.WriteStartObject();
            json.WriteNumber("pid", process.Pid);
            json.WriteNumber("parentPid", process.ParentPid);
            json.WriteNumber("pgid", process.Group);
            json.WriteString("state", process.State.ToString());
            json.WriteNumber("startTicks", process.StartTicks);
            json.WriteString("command", command.Length > MaxCommand ? command[..MaxCommand] : command);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("processesLeftOut", Math.Max(members.Count - MaxProcesses, 0));
    }

    private static void WriteArtifacts(Utf8JsonWriter json, LoopReadings readings)
    {
        json.WriteStartObject("artifacts");
        json.WriteStartObject("events");
        json.WriteBoolean("exists", readings.Log.Exists);
        json.WriteNumber("sizeBytes", readings.Log.SizeBytes);
        json.WriteNumber("lineCount", readings.Log.LineCount);
        json.WriteNumber("quarantinedLines", readings.Log.Facts.QuarantinedLines);
        json.WriteEndObject();
        foreach (var (name, reading) in new[]
        {
            ("state", readings.State), ("activeRun", readings.ActiveRun), ("approval", readings.Approval),
            ("runSummary", readings.RunSummary), ("heartbeat", readings.Heartbeat), ("config", readings.Config),
        })
        {
            json.WriteStartObject(name);
            json.WriteBoolean("exists", reading.Exists);
            if (reading.Identity is { } identity)
            {
                json.WriteNumber("sizeBytes", identity.Size);
                json.WriteNumber("mtimeEpoch", identity.ModifiedSeconds);
            }

            if (reading.Unreadable is { } reason)
            {
                json.WriteString("unreadable", reason);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
