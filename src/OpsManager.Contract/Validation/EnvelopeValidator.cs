using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OpsManager.Contract;

/// <summary>
/// Decides whether bytes are an envelope this version accepts. Never throws on any input. Unknown members are accepted at every level; the
/// rules are those of the embedded schemas, plus the loop that is expected.
/// </summary>
public static class EnvelopeValidator
{
    /// <summary>At most this many reasons are listed; more would help nobody.</summary>
    public const int MaxRefusals = 16;

    private const string Root = "$";
    private const long MaxInteger = 9_007_199_254_740_991;

    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = 64 };

    /// <summary>Reads a snapshot.</summary>
    /// <param name="utf8">UTF-8 JSON, with or without byte order mark.</param>
    /// <param name="expectedLoopId">The loop it must speak of; null accepts any.</param>
    public static EnvelopeVerdict<LoopRunSnapshot> ReadSnapshot(ReadOnlyMemory<byte> utf8, string? expectedLoopId = null) =>
        Parse(utf8, expectedLoopId, static (root, loopId) => ReadSnapshot(root, loopId));

    /// <summary>Reads a snapshot.</summary>
    /// <param name="element">The envelope.</param>
    /// <param name="expectedLoopId">The loop it must speak of; null accepts any.</param>
    public static EnvelopeVerdict<LoopRunSnapshot> ReadSnapshot(JsonElement element, string? expectedLoopId = null) =>
        Read(element, ContractVersion.SnapshotType, expectedLoopId, CheckSnapshot, ContractJsonContext.Default.LoopRunSnapshot);

    /// <summary>Reads an event.</summary>
    /// <param name="utf8">UTF-8 JSON, with or without byte order mark.</param>
    /// <param name="expectedLoopId">The loop it must speak of; null accepts any.</param>
    public static EnvelopeVerdict<LoopRunEvent> ReadEvent(ReadOnlyMemory<byte> utf8, string? expectedLoopId = null) =>
        Parse(utf8, expectedLoopId, static (root, loopId) => ReadEvent(root, loopId));

    /// <summary>Reads an event.</summary>
    /// <param name="element">The envelope.</param>
    /// <param name="expectedLoopId">The loop it must speak of; null accepts any.</param>
    public static EnvelopeVerdict<LoopRunEvent> ReadEvent(JsonElement element, string? expectedLoopId = null) =>
        Read(element, ContractVersion.EventType, expectedLoopId, CheckEvent, ContractJsonContext.Default.LoopRunEvent);

    private static EnvelopeVerdict<T> Parse<T>(ReadOnlyMemory<byte> utf8, string? expectedLoopId, Func<JsonElement, string?, EnvelopeVerdict<T>> read)
    {
        if (utf8.Span.StartsWith("\uFEFF"u8))
        {
            utf8 = utf8[3..];
        }

        try
        {
            // The document may be given back: deserialized elements are copies.
            using var document = JsonDocument.Parse(utf8, DocumentOptions);
            return read(document.RootElement, expectedLoopId);
        }
        catch (JsonException e)
        {
            return NotJson<T>(e);
        }
    }

    private static EnvelopeVerdict<T> Read<T>(
        JsonElement element,
        string envelopeType,
        string? expectedLoopId,
        Action<EnvelopeCheck, JsonElement> checkRest,
        JsonTypeInfo<T> typeInfo)
    {
        // The whole of it, unknown members too: they are kept and handed on.
        if (!JsonText.IsValid(element))
        {
            return new RefusedEnvelope<T>([new(RefusalCodes.InvalidJson, Root, "The envelope holds text that is not valid Unicode; write UTF-8 and escape surrogates in pairs.")]);
        }

        var check = new EnvelopeCheck(MaxRefusals);
        try
        {
            if (CheckHeader(check, element, envelopeType))
            {
                CheckSource(check, element, expectedLoopId);
                check.RequiredTimestamp(element, Root, "emittedAt");
                check.OptionalText(element, Root, "traceId");
                checkRest(check, element);
            }

            return check.Refusals.Count > 0
                ? new RefusedEnvelope<T>(check.Refusals)
                : new ValidEnvelope<T>(element.Deserialize(typeInfo)!);
        }
        catch (JsonException e)
        {
            // What the checks cannot see: a member given twice, first in a form that does not fit, or nesting beyond the limit.
            return NotJson<T>(e);
        }
    }

    private static RefusedEnvelope<T> NotJson<T>(JsonException e)
    {
        var place = e.LineNumber is { } line ? $" at line {line + 1}, byte {e.BytePositionInLine + 1}" : string.Empty;
        return new RefusedEnvelope<T>(
        [
            new(RefusalCodes.InvalidJson, e.Path ?? Root, $"The envelope cannot be read as JSON{place}; send one complete JSON object nested at most 64 levels deep."),
        ]);
    }

    private static bool CheckHeader(EnvelopeCheck check, JsonElement element, string envelopeType)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            check.Refuse(RefusalCodes.NotAnObject, Root, $"The envelope is {EnvelopeCheck.Describe(element)}; send a JSON object.");
            return false;
        }

        if (!element.TryGetProperty("schemaVersion", out var version) || version.ValueKind == JsonValueKind.Null)
        {
            check.Refuse(RefusalCodes.SchemaVersionMissing, "$.schemaVersion", $"schemaVersion is missing; write \"{ContractVersion.V1}\".");
            return false;
        }

        if (version.ValueKind != JsonValueKind.String || !version.ValueEquals(ContractVersion.V1))
        {
            check.Refuse(RefusalCodes.UnsupportedSchemaVersion, "$.schemaVersion", $"schemaVersion is not supported; the manager reads \"{ContractVersion.V1}\".");
            return false;
        }

        if (!element.TryGetProperty("envelopeType", out var type) || type.ValueKind == JsonValueKind.Null)
        {
            check.Refuse(RefusalCodes.FieldMissing, "$.envelopeType", $"envelopeType is missing; write \"{envelopeType}\".");
            return false;
        }

        if (type.ValueKind != JsonValueKind.String || !type.ValueEquals(envelopeType))
        {
            check.Refuse(RefusalCodes.EnvelopeTypeMismatch, "$.envelopeType", $"envelopeType is another one than expected; this place takes \"{envelopeType}\".");
            return false;
        }

        return true;
    }

    private static void CheckSource(EnvelopeCheck check, JsonElement element, string? expectedLoopId)
    {
        if (!check.RequiredObject(element, Root, "source", out var source))
        {
            return;
        }

        if (check.RequiredText(source, "$.source", "loopId")
            && expectedLoopId is not null
            && !source.GetProperty("loopId").ValueEquals(expectedLoopId))
        {
            check.Refuse(RefusalCodes.LoopMismatch, "$.source.loopId", $"source.loopId names another loop; this run's loop is \"{expectedLoopId}\".");
        }

        check.RequiredText(source, "$.source", "repoPath");
    }

    private static void CheckPosition(EnvelopeCheck check, JsonElement element, long minimum)
    {
        if (check.RequiredObject(element, Root, "sequence", out var sequence))
        {
            check.RequiredText(sequence, "$.sequence", "source");
            check.RequiredInteger(sequence, "$.sequence", "value", minimum, MaxInteger);
        }

        if (check.RequiredObject(element, Root, "cursor", out var cursor))
        {
            check.RequiredInteger(cursor, "$.cursor", "eventLineOffset", minimum, MaxInteger);
            check.RequiredInteger(cursor, "$.cursor", "eventLineCount", 0, MaxInteger);
        }
    }

    private static void CheckRunIdentity(EnvelopeCheck check, JsonElement run)
    {
        check.OptionalText(run, "$.run", "runId");
        check.OptionalInteger(run, "$.run", "iteration", 0, MaxInteger);
    }

    private static void CheckEvent(EnvelopeCheck check, JsonElement element)
    {
        CheckPosition(check, element, minimum: 1);
        if (check.RequiredObject(element, Root, "run", out var run))
        {
            CheckRunIdentity(check, run);
        }

        if (check.RequiredObject(element, Root, "event", out var body))
        {
            check.RequiredText(body, "$.event", "timestamp");
            check.RequiredText(body, "$.event", "name");
            check.OptionalText(body, "$.event", "role");
            check.OptionalText(body, "$.event", "status");
            check.OptionalText(body, "$.event", "message");
            check.OptionalObject(body, "$.event", "payload", out _);
            check.OptionalObject(body, "$.event", "raw", out _);
        }
    }

    private static void CheckSnapshot(EnvelopeCheck check, JsonElement element)
    {
        CheckPosition(check, element, minimum: 0);
        if (check.RequiredObject(element, Root, "run", out var run))
        {
            CheckRunIdentity(check, run);
            check.RequiredText(run, "$.run", "status");
            check.OptionalObject(run, "$.run", "summary", out _);
        }

        if (check.RequiredObject(element, Root, "runtime", out var runtime))
        {
            check.OptionalObject(runtime, "$.runtime", "superloopState", out _);
            check.OptionalObject(runtime, "$.runtime", "activeRun", out _);
            check.OptionalObject(runtime, "$.runtime", "approval", out _);
            check.OptionalObject(runtime, "$.runtime", "heartbeat", out _);
        }

        if (check.RequiredObject(element, Root, "artifacts", out var artifacts))
        {
            CheckArtifact(check, artifacts, "events", "$.artifacts.events", required: true);
            CheckArtifact(check, artifacts, "runSummary", "$.artifacts.runSummary", required: true);
            CheckArtifact(check, artifacts, "state", "$.artifacts.state", required: true);
            CheckArtifact(check, artifacts, "activeRun", "$.artifacts.activeRun", required: true);
            CheckArtifact(check, artifacts, "approval", "$.artifacts.approval", required: true);
            CheckArtifact(check, artifacts, "heartbeat", "$.artifacts.heartbeat", required: false);
        }

        if (check.RequiredObject(element, Root, "health", out var health))
        {
            check.RequiredInteger(health, "$.health", "eventCount", 0, MaxInteger);
            check.OptionalText(health, "$.health", "lastEventAt");
            check.OptionalText(health, "$.health", "lastEventName");
            check.OptionalText(health, "$.health", "lastSummaryAt");
            check.RequiredBoolean(health, "$.health", "hasPendingApproval");
            check.OptionalObject(health, "$.health", "gates", out _);
            check.OptionalObject(health, "$.health", "stuck", out _);
        }

        if (check.OptionalObject(element, Root, "ext", out var ext))
        {
            CheckExtensions(check, ext);
        }
    }

    private static void CheckArtifact(EnvelopeCheck check, JsonElement artifacts, string name, string path, bool required)
    {
        if (required
            ? check.RequiredObject(artifacts, "$.artifacts", name, out var artifact)
            : check.OptionalObject(artifacts, "$.artifacts", name, out artifact))
        {
            check.RequiredText(artifact, path, "path");
            check.RequiredBoolean(artifact, path, "exists");
            check.RequiredInteger(artifact, path, "sizeBytes", 0, MaxInteger);
            check.RequiredInteger(artifact, path, "lineCount", 0, MaxInteger);
            check.OptionalText(artifact, path, "sha256");
            check.OptionalInteger(artifact, path, "mtimeEpoch", -MaxInteger, MaxInteger);
        }
    }

    // A wrong extension is refused, not dropped: it carries the process truth, and half of that truth would be taken for all of it.
    private static void CheckExtensions(EnvelopeCheck check, JsonElement ext)
    {
        check.OptionalTexts(ext, "$.ext", "capabilities");
        check.OptionalText(ext, "$.ext", "epoch");
        if (check.OptionalObject(ext, "$.ext", "process", out var process))
        {
            check.RequiredBoolean(process, "$.ext.process", "alive");
            check.OptionalBoolean(process, "$.ext.process", "stopped");
            check.OptionalInteger(process, "$.ext.process", "pid", 0, MaxInteger);
            check.OptionalInteger(process, "$.ext.process", "pgid", 0, MaxInteger);
            check.OptionalInteger(process, "$.ext.process", "startTicks", 0, MaxInteger);
            check.OptionalText(process, "$.ext.process", "bootId");
            check.OptionalInteger(process, "$.ext.process", "liveChildren", 0, int.MaxValue);
            check.OptionalInteger(process, "$.ext.process", "zombies", 0, int.MaxValue);
            check.OptionalNullableBoolean(process, "$.ext.process", "quiescent");
        }

        if (check.OptionalObject(ext, "$.ext", "attempt", out var attempt))
        {
            check.OptionalText(attempt, "$.ext.attempt", "runId");
            check.OptionalInteger(attempt, "$.ext.attempt", "number", 0, int.MaxValue);
            check.OptionalInteger(attempt, "$.ext.attempt", "baseLine", 0, MaxInteger);
            check.OptionalText(attempt, "$.ext.attempt", "runtimeRunId");
        }

        if (check.OptionalObject(ext, "$.ext", "exit", out var exit))
        {
            check.RequiredInteger(exit, "$.ext.exit", "code", int.MinValue, int.MaxValue);
            check.OptionalText(exit, "$.ext.exit", "at");
            check.OptionalInteger(exit, "$.ext.exit", "logLine", 0, MaxInteger);
            check.OptionalText(exit, "$.ext.exit", "outputTail");
        }

        if (check.OptionalObject(ext, "$.ext", "activity", out var activity))
        {
            check.RequiredText(activity, "$.ext.activity", "kind");
            check.OptionalText(activity, "$.ext.activity", "role");
            check.OptionalText(activity, "$.ext.activity", "since");
            check.OptionalText(activity, "$.ext.activity", "until");
            check.OptionalInteger(activity, "$.ext.activity", "outputBytes", 0, MaxInteger);
        }

        if (check.OptionalObject(ext, "$.ext", "progress", out var progress))
        {
            check.OptionalText(progress, "$.ext.progress", "head");
            check.OptionalText(progress, "$.ext.progress", "workTreeHash");
            check.OptionalInteger(progress, "$.ext.progress", "openChecklistItems", 0, MaxInteger);
            check.OptionalText(progress, "$.ext.progress", "testSignature");
        }

        CheckStanding(check, ext);
    }

    private static void CheckStanding(EnvelopeCheck check, JsonElement ext)
    {
        if (check.OptionalObject(ext, "$.ext", "observeOnly", out var observeOnly))
        {
            check.RequiredText(observeOnly, "$.ext.observeOnly", "reason");
            check.OptionalText(observeOnly, "$.ext.observeOnly", "message");
        }

        foreach (var leader in check.OptionalObjects(ext, "$.ext", "foreignLeaders"))
        {
            check.RequiredInteger(leader, "$.ext.foreignLeaders[]", "pid", 0, MaxInteger);
            check.OptionalInteger(leader, "$.ext.foreignLeaders[]", "pgid", 0, MaxInteger);
            check.OptionalInteger(leader, "$.ext.foreignLeaders[]", "startTicks", 0, MaxInteger);
            check.OptionalText(leader, "$.ext.foreignLeaders[]", "loopId");
            check.OptionalBoolean(leader, "$.ext.foreignLeaders[]", "stopped");
        }

        if (check.OptionalObject(ext, "$.ext", "pendingDecision", out var decision))
        {
            check.RequiredText(decision, "$.ext.pendingDecision", "status");
            check.OptionalText(decision, "$.ext.pendingDecision", "by");
            check.OptionalText(decision, "$.ext.pendingDecision", "note");
            check.OptionalText(decision, "$.ext.pendingDecision", "at");
            check.OptionalText(decision, "$.ext.pendingDecision", "intentId");
            check.OptionalText(decision, "$.ext.pendingDecision", "runtimeRunId");
            check.OptionalInteger(decision, "$.ext.pendingDecision", "iteration", 0, MaxInteger);
            check.OptionalText(decision, "$.ext.pendingDecision", "requestedAt");
        }

        if (check.OptionalObject(ext, "$.ext", "pendingRecovery", out var recovery))
        {
            check.OptionalText(recovery, "$.ext.pendingRecovery", "at");
            check.OptionalInteger(recovery, "$.ext.pendingRecovery", "iteration", 0, MaxInteger);
            check.OptionalText(recovery, "$.ext.pendingRecovery", "command");
            check.OptionalText(recovery, "$.ext.pendingRecovery", "category");
            check.OptionalText(recovery, "$.ext.pendingRecovery", "reason");
        }

        if (check.OptionalObject(ext, "$.ext", "unreadable", out var unreadable))
        {
            foreach (var artifact in unreadable.EnumerateObject())
            {
                check.RequiredText(unreadable, "$.ext.unreadable", artifact.Name);
            }
        }

        if (check.OptionalObject(ext, "$.ext", "beat", out var beat))
        {
            check.RequiredText(beat, "$.ext.beat", "at");
            check.RequiredInteger(beat, "$.ext.beat", "intervalMs", 1, MaxInteger);
        }
    }
}
