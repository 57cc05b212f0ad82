using System.Buffers;
using System.Text.Json;
using SuperloopAdapter.Log;

namespace SuperloopAdapter;

/// <summary>The JSON form of a refusal, the same over HTTP and on stderr.</summary>
internal static class ErrorDocument
{
    public static ReadOnlyMemory<byte> Write(AdapterError error, TimeProvider time)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, EventEnvelopes.WriterOptions);
        json.WriteStartObject();
        json.WriteBoolean("ok"u8, false);
        json.WriteStartObject("error"u8);
        json.WriteString("code"u8, error.Code);
        json.WriteString("message"u8, error.Message);
        json.WriteEndObject();
        if (error.EventLineCount is { } count)
        {
            WriteCursor(json, count, count, time);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    public static void WriteCursor(Utf8JsonWriter json, long offset, long count, TimeProvider time)
    {
        json.WriteStartObject("cursor"u8);
        json.WriteNumber("eventLineOffset"u8, offset);
        json.WriteNumber("eventLineCount"u8, count);
        json.WriteString("updatedAt"u8, Timestamps.Now(time));
        json.WriteEndObject();
    }
}
