using System.Text.Json;
using System.Text.Json.Nodes;
using NJsonSchema;
using OpsManager.Contract.Tests.Envelopes;

namespace OpsManager.Contract.Tests.Schemas;

public sealed class ContractSchemasTests
{
    [Fact]
    public void Every_schema_is_2020_12_and_says_what_it_is() => Assert.All(ContractSchemas.Names, static name =>
    {
        using var document = JsonDocument.Parse(ContractSchemas.GetText(name));
        var root = document.RootElement;
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", root.GetProperty("$schema").GetString());
        Assert.NotEmpty(root.GetProperty("title").GetString()!);
        AssertDescribed(root, "$");
    });

    [Fact]
    public void Only_schemas_can_be_opened()
    {
        Assert.Null(ContractSchemas.Open("../appsettings.json"));
        Assert.Throws<ArgumentException>(static () => ContractSchemas.GetText("nope"));
    }

    [Fact]
    public void Both_schemas_define_what_they_share_alike()
    {
        using var snapshot = JsonDocument.Parse(ContractSchemas.GetText(ContractSchemas.Snapshot));
        using var @event = JsonDocument.Parse(ContractSchemas.GetText(ContractSchemas.Event));
        foreach (var name in new[] { "timestamp", "source" })
        {
            Assert.True(JsonElement.DeepEquals(snapshot.RootElement.GetProperty("$defs").GetProperty(name), @event.RootElement.GetProperty("$defs").GetProperty(name)), name);
        }
    }

    [Fact]
    public async Task Every_recorded_envelope_satisfies_its_schema()
    {
        var (snapshot, @event) = await LoadAsync();

        Assert.All(RecordedEnvelopes.Snapshots, e => Assert.Empty(snapshot.Validate(e.Json.GetRawText())));
        Assert.All(RecordedEnvelopes.Events, e => Assert.Empty(@event.Validate(e.Json.GetRawText())));
    }

    [Fact]
    public async Task Schema_and_validator_agree_on_spoilt_envelopes()
    {
        var (snapshot, @event) = await LoadAsync();
        var envelopes = RecordedEnvelopes.Snapshots.Concat(RecordedEnvelopes.Events.Where(static (_, i) => i % 20 == 0)).ToList();
        var refused = 0;
        var random = new Random(20_261_122);
        for (var i = 0; i < 3_000; i++)
        {
            var envelope = envelopes[random.Next(envelopes.Count)];
            var extended = envelope.IsSnapshot && random.Next(2) == 0 ? WithExtensions(envelope.Json) : envelope.Json;
            var json = JsonMutations.Mutate(extended, random);
            var bySchema = (envelope.IsSnapshot ? snapshot : @event).Validate(json.GetRawText());
            var byValidator = envelope.IsSnapshot ? Reasons(EnvelopeValidator.ReadSnapshot(json)) : Reasons(EnvelopeValidator.ReadEvent(json));

            Assert.True((bySchema.Count == 0) == (byValidator.Count == 0), $"{i}: schema [{string.Join("; ", bySchema)}], validator [{string.Join("; ", byValidator)}]\n{json}");
            refused += byValidator.Count == 0 ? 0 : 1;
        }

        // Both verdicts must be common, or agreement says little.
        Assert.InRange(refused, 600, 2_700);
    }

    private static async Task<(JsonSchema Snapshot, JsonSchema Event)> LoadAsync() =>
        (await JsonSchema.FromJsonAsync(ContractSchemas.GetText(ContractSchemas.Snapshot)), await JsonSchema.FromJsonAsync(ContractSchemas.GetText(ContractSchemas.Event)));

    private static IReadOnlyList<EnvelopeRefusal> Reasons<T>(EnvelopeVerdict<T> verdict) => verdict is RefusedEnvelope<T> refused ? refused.Refusals : [];

    private static JsonElement WithExtensions(JsonElement json)
    {
        var root = JsonNode.Parse(json.GetRawText())!.AsObject();
        root["ext"] = JsonNode.Parse(
            """
            {"capabilities":["pause"],"epoch":"e1","process":{"pid":1,"pgid":1,"startTicks":5,"bootId":"b","alive":true,"stopped":false,"liveChildren":0,"zombies":1,"quiescent":false},
             "unreadable":{"state":"torn"},"attempt":{"runId":"run-1","number":1,"baseLine":0,"runtimeRunId":"r"},"exit":{"code":0,"at":"t","logLine":5,"outputTail":"x"},"activity":{"kind":"role","role":"tester","since":"t","until":"t"},
             "observeOnly":{"reason":"runs_several_loops","message":"m"},"foreignLeaders":[{"pid":2,"pgid":2,"startTicks":5,"loopId":"b","stopped":false}],
             "pendingDecision":{"status":"approved","by":"a","note":"n","at":"t","intentId":"i","runtimeRunId":"r","iteration":1,"requestedAt":"t"},
             "pendingRecovery":{"at":"t","iteration":1,"command":"c","category":"x","reason":"y"},
             "beat":{"at":"t","intervalMs":1000}}
            """);
        return JsonSerializer.SerializeToElement(root);
    }

    private static void AssertDescribed(JsonElement schema, string path)
    {
        Assert.True(schema.TryGetProperty("description", out _) || schema.TryGetProperty("$ref", out _), path + " has no description");
        foreach (var group in new[] { "properties", "$defs" })
        {
            if (schema.TryGetProperty(group, out var members))
            {
                foreach (var member in members.EnumerateObject())
                {
                    AssertDescribed(member.Value, path + "." + member.Name);
                }
            }
        }
    }
}
