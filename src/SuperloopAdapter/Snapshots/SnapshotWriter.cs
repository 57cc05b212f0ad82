using System.Buffers;
using System.Text.Json;
using OpsManager.Contract;
using SuperloopAdapter.Log;

namespace SuperloopAdapter.Snapshots;

/// <summary>
/// Writes a snapshot by hand: for a call that writes one snapshot and ends, making ready the serializer for it takes longer than the
/// rest of the work.
/// </summary>
internal static class SnapshotWriter
{
    public static byte[] Write(LoopRunSnapshot snapshot)
    {
        var buffer = new ArrayBufferWriter<byte>(8 * 1024);
        using (var json = new Utf8JsonWriter(buffer, EventEnvelopes.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("schemaVersion"u8, snapshot.SchemaVersion);
            json.WriteString("envelopeType"u8, snapshot.EnvelopeType);
            json.WriteString("emittedAt"u8, snapshot.EmittedAt);
            json.WriteString("traceId"u8, snapshot.TraceId);
            json.WriteStartObject("source"u8);
            json.WriteString("repoPath"u8, snapshot.Source.RepoPath);
            json.WriteString("loopId"u8, snapshot.Source.LoopId);
            json.WriteEndObject();
            Write(json, snapshot.Run);
            Write(json, snapshot.Runtime);
            Write(json, snapshot.Artifacts);
            json.WriteStartObject("sequence"u8);
            json.WriteString("source"u8, snapshot.Sequence.Source);
            json.WriteNumber("value"u8, snapshot.Sequence.Value);
            json.WriteEndObject();
            json.WriteStartObject("cursor"u8);
            json.WriteNumber("eventLineOffset"u8, snapshot.Cursor.EventLineOffset);
            json.WriteNumber("eventLineCount"u8, snapshot.Cursor.EventLineCount);
            json.WriteEndObject();
            Write(json, snapshot.Health);
            if (snapshot.Ext is { } ext)
            {
                json.WritePropertyName("ext"u8);
                ExtensionsWriter.Write(json, ext);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, SnapshotRun run)
    {
        json.WriteStartObject("run"u8);
        json.WriteString("runId"u8, run.RunId);
        Write(json, "iteration"u8, run.Iteration);
        json.WriteString("status"u8, run.Status);
        Write(json, "summary"u8, run.Summary);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SnapshotRuntime runtime)
    {
        json.WriteStartObject("runtime"u8);
        Write(json, "superloopState"u8, runtime.SuperloopState);
        Write(json, "activeRun"u8, runtime.ActiveRun);
        Write(json, "approval"u8, runtime.Approval);
        Write(json, "heartbeat"u8, runtime.Heartbeat);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SnapshotArtifacts artifacts)
    {
        json.WriteStartObject("artifacts"u8);
        Write(json, "events"u8, artifacts.Events);
        Write(json, "runSummary"u8, artifacts.RunSummary);
        Write(json, "state"u8, artifacts.State);
        Write(json, "activeRun"u8, artifacts.ActiveRun);
        Write(json, "approval"u8, artifacts.Approval);
        if (artifacts.Heartbeat is { } heartbeat)
        {
            Write(json, "heartbeat"u8, heartbeat);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, ArtifactInfo artifact)
    {
        json.WriteStartObject(name);
        json.WriteString("path"u8, artifact.Path);
        json.WriteBoolean("exists"u8, artifact.Exists);
        json.WriteNumber("sizeBytes"u8, artifact.SizeBytes);
        json.WriteNumber("lineCount"u8, artifact.LineCount);
        json.WriteString("sha256"u8, artifact.Sha256);
        Write(json, "mtimeEpoch"u8, artifact.MtimeEpoch);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SnapshotHealth health)
    {
        json.WriteStartObject("health"u8);
        json.WriteNumber("eventCount"u8, health.EventCount);
        json.WriteString("lastEventAt"u8, health.LastEventAt);
        json.WriteString("lastEventName"u8, health.LastEventName);
        json.WriteString("lastSummaryAt"u8, health.LastSummaryAt);
        json.WriteBoolean("hasPendingApproval"u8, health.HasPendingApproval);
        Write(json, "gates"u8, health.Gates);
        Write(json, "stuck"u8, health.Stuck);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonElement? element)
    {
        if (element is { } value)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
