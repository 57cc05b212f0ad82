using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpsManager.Contract;
using SuperloopAdapter.Hashing;

namespace SuperloopAdapter.Log;

/// <summary>
/// Writes the envelope of one line. Written by hand rather than through the records: a poll may carry thousands, and the
/// payload and the raw line go from the parsed line to the answer without a copy in between.
/// </summary>
internal sealed class EventEnvelopes(string repoPath, string loopId, string emittedAt, string? traceId)
{
    /// <summary>What <c>sequence.source</c> says.</summary>
    public const string SequenceSource = "cursor_event_line_offset";

    /// <summary>Name of the event that stands for a line that is none.</summary>
    public const string QuarantinedName = "line_quarantined";

    /// <summary>The answers are JSON, never HTML: what JSON does not need escaped stays as the runtime wrote it.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public ReadOnlyMemory<byte> Write(long number, AssembledLine line, LogLine judged, LogView view)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, WriterOptions);
        json.WriteStartObject();
        json.WriteString("schemaVersion"u8, ContractVersion.V1);
        json.WriteString("envelopeType"u8, ContractVersion.EventType);
        json.WriteString("emittedAt"u8, emittedAt);
        json.WriteString("traceId"u8, traceId);
        json.WriteStartObject("source"u8);
        json.WriteString("repoPath"u8, repoPath);
        json.WriteString("loopId"u8, loopId);
        json.WriteEndObject();
        json.WriteStartObject("sequence"u8);
        json.WriteString("source"u8, SequenceSource);
        json.WriteNumber("value"u8, number);
        json.WriteEndObject();
        json.WriteStartObject("cursor"u8);
        json.WriteNumber("eventLineOffset"u8, number);
        json.WriteNumber("eventLineCount"u8, view.LineCount);
        json.WriteEndObject();
        if (judged.Kind == LineKind.Event)
        {
            WriteEvent(json, judged);
        }
        else
        {
            WriteQuarantined(json, line, judged);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteEvent(Utf8JsonWriter json, LogLine judged)
    {
        json.WriteStartObject("run"u8);
        json.WriteString("runId"u8, judged.RunId);
        WriteNumber(json, "iteration"u8, judged.Iteration);
        json.WriteEndObject();
        json.WriteStartObject("event"u8);
        json.WriteString("timestamp"u8, judged.Timestamp);
        json.WriteString("name"u8, judged.Name);
        json.WriteString("role"u8, judged.Role);
        json.WriteString("status"u8, judged.Status);
        json.WriteString("message"u8, judged.Message);
        json.WritePropertyName("payload"u8);
        if (judged.Data is { } data)
        {
            data.WriteTo(json);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WritePropertyName("raw"u8);
        judged.Root.WriteTo(json);
        json.WriteEndObject();
    }

    /// <summary>
    /// v1 has no form for a line that is no event. This one keeps the numbering, is accepted by a v1 reader as an unknown
    /// event, and names the line by size and hash, so that its content (which may be anything) need not travel.
    /// </summary>
    private static void WriteQuarantined(Utf8JsonWriter json, AssembledLine line, LogLine judged)
    {
        json.WriteStartObject("run"u8);
        json.WriteNull("runId"u8);
        json.WriteNull("iteration"u8);
        json.WriteEndObject();
        json.WriteStartObject("event"u8);
        json.WriteString("timestamp"u8, string.Empty);
        json.WriteString("name"u8, QuarantinedName);
        json.WriteNull("role"u8);
        json.WriteNull("status"u8);
        json.WriteNull("message"u8);
        json.WriteNull("payload"u8);
        json.WriteNull("raw"u8);
        json.WriteEndObject();
        json.WriteStartObject("ext"u8);
        json.WriteStartObject("quarantine"u8);
        json.WriteString("reason"u8, judged.Reason);
        json.WriteString("sha256"u8, Convert.ToHexStringLower(line.LongLineHash ?? ResumableSha256.Hash(line.Bytes.Span)));
        json.WriteNumber("sizeBytes"u8, line.SizeBytes);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
