using System.Runtime.InteropServices;
using System.Text.Json;
using OpsManager.Contract;

namespace OpsManager.Sprites.Adapter;

/// <summary>
/// Reads a page of events. A line that cannot be read is set aside; a page that cannot be trusted as a whole (gaps, another loop, another
/// version) is refused, because taking it would lose lines for good.
/// </summary>
internal static class EventPageReader
{
    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = 64 };

    public static AdapterResult<EventsReading> Read(AdapterReply reply, string loopId, long cursor, int maxEvents)
    {
        try
        {
            using var document = JsonDocument.Parse(reply.Body, DocumentOptions);
            return ReadPage(document.RootElement, loopId, cursor, maxEvents);
        }
        catch (JsonException)
        {
            return Invalid("The page is not JSON.");
        }
        catch (InvalidOperationException)
        {
            return Invalid("The page holds text that is not valid Unicode.");
        }
    }

    private static AdapterResult<EventsReading> ReadPage(JsonElement page, string loopId, long cursor, int maxEvents)
    {
        if (page.ValueKind != JsonValueKind.Object
            || !page.TryGetProperty("ok", out var ok) || ok.ValueKind != JsonValueKind.True
            || !page.TryGetProperty("events", out var events) || events.ValueKind != JsonValueKind.Array
            || !page.TryGetProperty("cursor", out var end)
            || !TryLine(end, "eventLineOffset", out var endLine)
            || !TryLine(end, "eventLineCount", out var lineCount))
        {
            return Invalid("The page lacks ok, events or cursor {eventLineOffset, eventLineCount}.");
        }

        if (page.TryGetProperty("schemaVersion", out var version) && !IsText(version, ContractVersion.V1))
        {
            return new AdapterFailure<EventsReading>(AdapterFailureCodes.UnsupportedSchemaVersion, "The page's schemaVersion is not \"v1\".");
        }

        if (page.TryGetProperty("source", out var source)
            && source.ValueKind == JsonValueKind.Object
            && source.TryGetProperty("loopId", out var loop)
            && !IsText(loop, loopId))
        {
            return new AdapterFailure<EventsReading>(AdapterFailureCodes.LoopMismatch, "The page speaks of another loop.");
        }

        if (lineCount < cursor)
        {
            return new AdapterFailure<EventsReading>(AdapterFailureCodes.CursorAhead, $"The log has {lineCount} lines; the cursor stands at {cursor}.");
        }

        var given = events.GetArrayLength();
        if (endLine != cursor + given)
        {
            return Invalid($"The page of {given} events after line {cursor} says that it ends at line {endLine}.");
        }

        return ReadLines(events, loopId, cursor, maxEvents, lineCount);
    }

    private static AdapterResult<EventsReading> ReadLines(JsonElement events, string loopId, long cursor, int maxEvents, long lineCount)
    {
        var lines = new List<EventReading>(Math.Min(events.GetArrayLength(), maxEvents));
        var line = cursor;
        foreach (var element in events.EnumerateArray())
        {
            line++;
            var rawText = JsonMarshal.GetRawUtf8Value(element);
            var isText = JsonText.IsValid(rawText);
            if (!isText && !IsEventsFault(element))
            {
                return Invalid($"Line {line}: the envelope around the event holds text that is not valid Unicode.");
            }

            if (isText
                && element.ValueKind == JsonValueKind.Object
                && element.TryGetProperty("cursor", out var at)
                && TryLine(at, "eventLineOffset", out var own)
                && own != line)
            {
                return Invalid($"Line {line} was due, line {own} came: the page has a gap or runs backwards.");
            }

            // A last line without its newline is not yet an event: a v1 adapter hands it out beyond its own line count, and again once it is whole.
            if (line > lineCount || lines.Count == maxEvents)
            {
                continue;
            }

            // What is kept is handed on: of a line that is no text, a copy that is.
            var raw = isText ? rawText.ToArray() : JsonText.Repair(rawText);
            switch (EnvelopeValidator.ReadEvent(element, loopId))
            {
                case ValidEnvelope<LoopRunEvent> valid:
                    lines.Add(new EventReading(line, valid.Envelope, raw, null));
                    break;
                case RefusedEnvelope<LoopRunEvent> refused:
                    if (IsAdaptersFault(refused.First.Code))
                    {
                        return new AdapterFailure<EventsReading>(EnvelopeFailures.CodeOf(refused.First), EnvelopeFailures.DetailOf($"Line {line}", refused.First));
                    }

                    lines.Add(new EventReading(line, null, raw, EnvelopeFailures.DetailOf(refused.First.Code, refused.First)));
                    break;
            }
        }

        return new AdapterAnswer<EventsReading>(new EventsReading(lines, lineCount));
    }

    // These members are the adapter's, not the log's: every line of such an adapter would be set aside, and with them the whole run.
    private static bool IsAdaptersFault(string code) =>
        code is RefusalCodes.SchemaVersionMissing or RefusalCodes.UnsupportedSchemaVersion or RefusalCodes.EnvelopeTypeMismatch or RefusalCodes.LoopMismatch;

    // Text that came from the log is one line's; text that the adapter puts around every line would set aside the whole run.
    private static bool IsEventsFault(JsonElement element) =>
        element.ValueKind != JsonValueKind.Object || (element.TryGetProperty("event", out var body) && !JsonText.IsValid(body));

    private static bool IsText(JsonElement element, string text) => element.ValueKind == JsonValueKind.String && element.ValueEquals(text);

    private static bool TryLine(JsonElement parent, string name, out long line)
    {
        line = 0;
        return parent.ValueKind == JsonValueKind.Object
            && parent.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out line)
            && line >= 0;
    }

    private static AdapterFailure<EventsReading> Invalid(string detail) => new(AdapterFailureCodes.InvalidTransportPayload, DetailText.Clean(detail));
}
