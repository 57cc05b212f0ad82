using System.Text;
using System.Text.Json;
using OpsManager.Contract;

namespace SuperloopAdapter.Control;

/// <summary>Reads and checks control requests. The first refusals are those of v1, word for word where they were right.</summary>
internal static class ControlRequests
{
    private const int MaxName = 128;
    private const int MaxKey = 200;
    private const int MaxNoteBytes = 4096;

    public static ControlRequest Read(ReadOnlyMemory<byte> body, string? keyHeader, string? traceHeader)
    {
        ControlRequest request;
        try
        {
            // v1 takes no body for an empty object, and then misses the loop.
            using var document = JsonText.Parse(body.Length == 0 ? "{}"u8.ToArray() : body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw Invalid("request body must be an object");
            }

            JsonElement? root = document.RootElement;
            LoopId.Check(root.Text("loopId"));
            if (root.Text("intent") is not { } intent || !ControlVerbs.All.Contains(intent, StringComparer.Ordinal))
            {
                throw Invalid("intent must be one of " + string.Join(", ", ControlVerbs.All));
            }

            request = Members(document.RootElement);
        }
        catch (JsonException)
        {
            throw new AdapterException(AdapterError.InvalidJson());
        }

        request = request with { IdempotencyKey = request.IdempotencyKey ?? keyHeader, TraceId = request.TraceId ?? traceHeader };
        Check(request);
        return request;
    }

    public static void Check(ControlRequest request)
    {
        LoopId.Check(request.LoopId);
        if (!ControlVerbs.All.Contains(request.Intent, StringComparer.Ordinal))
        {
            throw Invalid("intent must be one of " + string.Join(", ", ControlVerbs.All));
        }

        Bounded("by", request.By, MaxName);
        Bounded("idempotencyKey", request.IdempotencyKey, MaxKey);
        Bounded("traceId", request.TraceId, MaxKey);
        Bounded("runtimeRunId", request.RuntimeRunId ?? request.Candidate?.RuntimeRunId, MaxName);
        if (request.Note is { } note && (Encoding.UTF8.GetByteCount(note) > MaxNoteBytes || note.Any(static c => char.IsControl(c) && c is not ('\n' or '\t'))))
        {
            throw Invalid($"note may have at most {MaxNoteBytes} bytes and no control characters but line feeds and tabs");
        }

        if ((request.IntentId is { } intentId && !LoopId.IsValid(intentId)) || (request.RunId is { } runId && !LoopId.IsValid(runId)))
        {
            throw Invalid("runId and intentId may have letters, digits, '.', '_' and '-' only, and at most 128 of them");
        }

        var fenced = request.RunId is not null;
        if (fenced != request.Generation is not null || fenced != request.Order is not null || (!fenced && request.Attempt is not null))
        {
            throw Invalid("runId, generation and order belong together, and attempt to them");
        }

        if (request is { Generation: < 1 } or { Order: < 1 } or { Attempt: < 1 })
        {
            throw Invalid("attempt, generation and order count from 1");
        }
    }

    private static ControlRequest Members(JsonElement body)
    {
        try
        {
            return body.Deserialize(ContractJsonContext.Default.ControlRequest)!;
        }
        catch (JsonException)
        {
            throw Invalid("a member of the request has the wrong type");
        }
    }

    private static void Bounded(string name, string? text, int max)
    {
        if (text is not null && (text.Length is 0 || text.Length > max || text.Any(char.IsControl)))
        {
            throw Invalid($"{name} may have 1 to {max} characters and no control characters");
        }
    }

    private static AdapterException Invalid(string message) => new(AdapterError.InvalidRequest(message));
}
