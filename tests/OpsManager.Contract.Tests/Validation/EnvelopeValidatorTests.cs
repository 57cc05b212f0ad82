using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using OpsManager.Contract.Tests.Envelopes;
using OpsManager.Testing;

namespace OpsManager.Contract.Tests.Validation;

public sealed class EnvelopeValidatorTests
{
    [Theory]
    [InlineData("", RefusalCodes.InvalidJson)]
    [InlineData("{", RefusalCodes.InvalidJson)]
    [InlineData("<html>", RefusalCodes.InvalidJson)]
    [InlineData("{} {}", RefusalCodes.InvalidJson)]
    [InlineData("[]", RefusalCodes.NotAnObject)]
    [InlineData("null", RefusalCodes.NotAnObject)]
    [InlineData("\"v1\"", RefusalCodes.NotAnObject)]
    [InlineData("{}", RefusalCodes.SchemaVersionMissing)]
    [InlineData("""{"schemaVersion":null}""", RefusalCodes.SchemaVersionMissing)]
    [InlineData("""{"schemaVersion":"v2"}""", RefusalCodes.UnsupportedSchemaVersion)]
    [InlineData("""{"schemaVersion":1}""", RefusalCodes.UnsupportedSchemaVersion)]
    [InlineData("""{"schemaVersion":"v1"}""", RefusalCodes.FieldMissing)]
    [InlineData("""{"schemaVersion":"v1","envelopeType":"loop_run_event"}""", RefusalCodes.EnvelopeTypeMismatch)]
    [InlineData("""{"schemaVersion":"v1","envelopeType":7}""", RefusalCodes.EnvelopeTypeMismatch)]
    public void What_is_no_snapshot_is_refused_with_one_code(string json, string code)
    {
        var refused = Assert.IsType<RefusedEnvelope<LoopRunSnapshot>>(EnvelopeValidator.ReadSnapshot(Encoding.UTF8.GetBytes(json)));

        Assert.Equal(code, Assert.Single(refused.Refusals).Code);
    }

    [Theory]
    [InlineData("emittedAt", null, RefusalCodes.FieldMissing, "$.emittedAt")]
    [InlineData("emittedAt", "\"yesterday\"", RefusalCodes.FieldInvalid, "$.emittedAt")]
    [InlineData("emittedAt", "\"2026-13-22T15:05:46Z\"", RefusalCodes.FieldInvalid, "$.emittedAt")]
    [InlineData("traceId", "5", RefusalCodes.FieldInvalid, "$.traceId")]
    [InlineData("source", null, RefusalCodes.FieldMissing, "$.source")]
    [InlineData("source.loopId", "\"\"", RefusalCodes.FieldInvalid, "$.source.loopId")]
    [InlineData("source.repoPath", null, RefusalCodes.FieldMissing, "$.source.repoPath")]
    [InlineData("run.status", null, RefusalCodes.FieldMissing, "$.run.status")]
    [InlineData("run.iteration", "\"1\"", RefusalCodes.FieldInvalid, "$.run.iteration")]
    [InlineData("run.summary", "[]", RefusalCodes.FieldInvalid, "$.run.summary")]
    [InlineData("cursor.eventLineOffset", "-1", RefusalCodes.FieldInvalid, "$.cursor.eventLineOffset")]
    [InlineData("sequence.value", "1.5", RefusalCodes.FieldInvalid, "$.sequence.value")]
    [InlineData("artifacts.state.exists", "\"yes\"", RefusalCodes.FieldInvalid, "$.artifacts.state.exists")]
    [InlineData("artifacts.approval", null, RefusalCodes.FieldMissing, "$.artifacts.approval")]
    [InlineData("health.hasPendingApproval", "null", RefusalCodes.FieldMissing, "$.health.hasPendingApproval")]
    [InlineData("ext", "{\"process\":{}}", RefusalCodes.FieldMissing, "$.ext.process.alive")]
    [InlineData("ext", "{\"capabilities\":[1]}", RefusalCodes.FieldInvalid, "$.ext.capabilities")]
    [InlineData("ext", "{\"exit\":{\"code\":2147483648}}", RefusalCodes.FieldInvalid, "$.ext.exit.code")]
    public void A_broken_field_is_named_with_its_path_and_the_fix(string field, string? value, string code, string path)
    {
        var json = With(RecordedEnvelopes.Snapshots.First().Json, field, value);

        var refused = Assert.IsType<RefusedEnvelope<LoopRunSnapshot>>(EnvelopeValidator.ReadSnapshot(json));

        var refusal = Assert.Single(refused.Refusals);
        Assert.Equal((code, path), (refusal.Code, refusal.Path));
        Assert.StartsWith(path[2..], refusal.Message, StringComparison.Ordinal);
        Assert.Contains("; write ", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("event.name", null, RefusalCodes.FieldMissing)]
    [InlineData("event.name", "\"\"", RefusalCodes.FieldInvalid)]
    [InlineData("event.timestamp", null, RefusalCodes.FieldMissing)]
    [InlineData("event.payload", "\"text\"", RefusalCodes.FieldInvalid)]
    [InlineData("sequence.value", "0", RefusalCodes.FieldInvalid)]
    [InlineData("run", null, RefusalCodes.FieldMissing)]
    public void A_broken_event_is_refused(string field, string? value, string code)
    {
        var refused = Assert.IsType<RefusedEnvelope<LoopRunEvent>>(EnvelopeValidator.ReadEvent(With(RecordedEnvelopes.Events.First().Json, field, value)));

        Assert.Equal((code, "$." + field), (refused.First.Code, refused.First.Path));
    }

    [Theory]
    [InlineData("run.status", "\"hibernating\"")]
    [InlineData("run.runId", null)]
    [InlineData("run.runId", "null")]
    [InlineData("run.iteration", "null")]
    [InlineData("traceId", null)]
    [InlineData("artifacts.heartbeat", null)]
    [InlineData("artifacts.heartbeat", "null")]
    [InlineData("runtime.heartbeat", null)]
    [InlineData("health.gates", "{\"lifecycle\":\"failed\",\"brand_new\":7}")]
    [InlineData("ext", "{\"brandNew\":[1]}")]
    [InlineData("emittedAt", "\"2026-11-22T15:05:46.123456789+02:00\"")]
    public void What_v1_leaves_open_is_accepted(string field, string? value) =>
        Assert.IsType<ValidEnvelope<LoopRunSnapshot>>(EnvelopeValidator.ReadSnapshot(With(RecordedEnvelopes.Snapshots.First().Json, field, value)));

    [Fact]
    public void Another_loop_is_refused_only_if_one_is_expected()
    {
        var json = RecordedEnvelopes.Snapshots.First().Json;

        var refused = Assert.IsType<RefusedEnvelope<LoopRunSnapshot>>(EnvelopeValidator.ReadSnapshot(json, "another-loop"));

        Assert.Equal((RefusalCodes.LoopMismatch, "$.source.loopId"), (refused.First.Code, refused.First.Path));
        Assert.IsType<ValidEnvelope<LoopRunSnapshot>>(EnvelopeValidator.ReadSnapshot(json, "demo-loop"));
    }

    [Fact]
    public void An_envelope_of_a_loop_that_walks_out_of_its_folder_is_no_envelope_of_the_loop()
    {
        var json = RecordedEnvelopes.Snapshots.Single(static e => e.Where == "09-snapshot-path-traversal").Json;

        Assert.IsType<RefusedEnvelope<LoopRunSnapshot>>(EnvelopeValidator.ReadSnapshot(json, "demo-loop"));
    }

    [Fact]
    public void A_byte_order_mark_is_no_obstacle()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(RecordedEnvelopes.Events.First().Json.GetRawText())];

        Assert.IsType<ValidEnvelope<LoopRunEvent>>(EnvelopeValidator.ReadEvent(bytes));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused_and_not_thrown()
    {
        var text = RecordedEnvelopes.Events.First().Json.GetRawText().Replace("\"demo-loop\"", "\"\\ud800\"", StringComparison.Ordinal);

        var verdict = EnvelopeValidator.ReadEvent(Encoding.UTF8.GetBytes(text));

        Assert.Equal(RefusalCodes.InvalidJson, Assert.IsType<RefusedEnvelope<LoopRunEvent>>(verdict).First.Code);
    }

    [Theory]
    [InlineData("{\"x\":\"\\ud800\",")]
    [InlineData("{\"x\":{\"\\udc00\":1},")]
    [InlineData("{\"x\":\"\u00FF\",")]
    [InlineData("{\"x\u00FF\":1,")]
    public void An_unknown_member_that_is_no_text_is_refused_because_it_would_be_kept_and_handed_on(string beginning)
    {
        ArgumentNullException.ThrowIfNull(beginning);
        var text = beginning + RecordedEnvelopes.Snapshots.First().Json.GetRawText().TrimStart()[1..];

        var verdict = EnvelopeValidator.ReadSnapshot(Encoding.Latin1.GetBytes(text));

        Assert.Equal(RefusalCodes.InvalidJson, Assert.IsType<RefusedEnvelope<LoopRunSnapshot>>(verdict).First.Code);
    }

    [Fact]
    public void Endless_nesting_is_refused_and_not_thrown()
    {
        var deep = new string('[', 100) + new string(']', 100);
        var text = RecordedEnvelopes.Events.First().Json.GetRawText();
        text = "{\"x\":" + deep + "," + text[(text.IndexOf('{', StringComparison.Ordinal) + 1)..];

        Assert.IsType<RefusedEnvelope<LoopRunEvent>>(EnvelopeValidator.ReadEvent(Encoding.UTF8.GetBytes(text)));

        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 500 });
        Assert.IsType<RefusedEnvelope<LoopRunEvent>>(EnvelopeValidator.ReadEvent(document.RootElement));
    }

    [Fact]
    public void No_more_reasons_are_listed_than_help()
    {
        var refused = Assert.IsType<RefusedEnvelope<LoopRunSnapshot>>(EnvelopeValidator.ReadSnapshot(Encoding.UTF8.GetBytes(
            """
            {"schemaVersion":"v1","envelopeType":"loop_run_snapshot","source":{},"run":{},"runtime":{},"sequence":{},"cursor":{},"health":{},
             "artifacts":{"events":{},"runSummary":{},"state":{},"activeRun":{},"approval":{}}}
            """)));

        Assert.Equal(EnvelopeValidator.MaxRefusals, refused.Refusals.Count);
    }

    [Fact]
    public void No_mutation_throws_and_every_one_has_a_verdict()
    {
        var envelopes = RecordedEnvelopes.Snapshots.Concat(RecordedEnvelopes.Events.Where(static (_, i) => i % 20 == 0)).ToList();
        Gen.Select(Gen.Int[0, envelopes.Count - 1], Gen.Int).SampleSeeded(
            (index, seed) =>
            {
                var random = new Random(seed);
                var envelope = envelopes[index];
                if (random.Next(2) == 0)
                {
                    var bytes = JsonMutations.MutateBytes(envelope.Json, random);
                    Check(EnvelopeValidator.ReadSnapshot(bytes, "demo-loop"));
                    Check(EnvelopeValidator.ReadEvent(bytes));
                }
                else
                {
                    var json = JsonMutations.Mutate(envelope.Json, random);
                    Check(EnvelopeValidator.ReadSnapshot(json));
                    Check(EnvelopeValidator.ReadEvent(json, "demo-loop"));
                }
            },
            iter: 4_000);

        static void Check<T>(EnvelopeVerdict<T> verdict)
        {
            if (verdict is RefusedEnvelope<T> refused)
            {
                Assert.NotEmpty(refused.Refusals);
                Assert.All(refused.Refusals, static r => Assert.StartsWith("$", r.Path, StringComparison.Ordinal));
            }
            else
            {
                Assert.NotNull(Assert.IsType<ValidEnvelope<T>>(verdict).Envelope);
            }
        }
    }

    private static JsonElement With(JsonElement json, string field, string? value)
    {
        var root = JsonNode.Parse(json.GetRawText())!.AsObject();
        var node = root;
        var parts = field.Split('.');
        foreach (var part in parts[..^1])
        {
            node = node[part]!.AsObject();
        }

        node.Remove(parts[^1]);
        if (value is not null)
        {
            node[parts[^1]] = JsonNode.Parse(value);
        }

        return JsonSerializer.SerializeToElement(root);
    }
}
