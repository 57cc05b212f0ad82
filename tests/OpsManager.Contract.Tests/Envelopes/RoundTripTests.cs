using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpsManager.Contract.Tests.Envelopes;

public sealed class RoundTripTests
{
    [Fact]
    public void The_corpus_holds_what_these_tests_rest_on()
    {
        Assert.True(RecordedEnvelopes.Snapshots.Count() > 70);
        Assert.True(RecordedEnvelopes.Events.Count() > 2_000);
    }

    [Fact]
    public void Every_recorded_snapshot_is_valid_and_loses_nothing() => Assert.All(RecordedEnvelopes.Snapshots, static e =>
    {
        var valid = Assert.IsType<ValidEnvelope<LoopRunSnapshot>>(EnvelopeValidator.ReadSnapshot(e.Json));
        AssertSame(e, JsonSerializer.SerializeToElement(valid.Envelope, ContractJsonContext.Default.LoopRunSnapshot));
    });

    [Fact]
    public void Every_recorded_event_is_valid_and_loses_nothing() => Assert.All(RecordedEnvelopes.Events, static e =>
    {
        var valid = Assert.IsType<ValidEnvelope<LoopRunEvent>>(EnvelopeValidator.ReadEvent(e.Json));
        AssertSame(e, JsonSerializer.SerializeToElement(valid.Envelope, ContractJsonContext.Default.LoopRunEvent));
    });

    [Fact]
    public void Unknown_members_survive_at_every_level() => Assert.All(RecordedEnvelopes.Snapshots.Take(3).Concat(RecordedEnvelopes.Events.Take(3)), static e =>
    {
        var extended = JsonMutations.AddUnknownMembersEverywhere(e.Json);
        var written = e.IsSnapshot
            ? JsonSerializer.SerializeToElement(Assert.IsType<ValidEnvelope<LoopRunSnapshot>>(EnvelopeValidator.ReadSnapshot(extended)).Envelope, ContractJsonContext.Default.LoopRunSnapshot)
            : JsonSerializer.SerializeToElement(Assert.IsType<ValidEnvelope<LoopRunEvent>>(EnvelopeValidator.ReadEvent(extended)).Envelope, ContractJsonContext.Default.LoopRunEvent);
        AssertSame(e with { Json = extended }, written);
    });

    [Fact]
    public void Extensions_unknown_to_the_adapter_are_left_out()
    {
        var extensions = new SnapshotExtensions
        {
            Capabilities = ["start", "pause"],
            Process = new ProcessFacts { Alive = true, Pid = 7 },
            Exit = new ExitFacts { Code = 143 },
            Attempt = new AttemptFacts(),
            Activity = new ActivityFacts { Kind = "role" },
        };
        var snapshot = Snapshot() with { Ext = extensions };

        var ext = JsonSerializer.SerializeToElement(snapshot, ContractJsonContext.Default.LoopRunSnapshot).GetProperty("ext");

        Assert.Equal(
            """{"capabilities":["start","pause"],"process":{"pid":7,"alive":true,"stopped":false},"attempt":{},"exit":{"code":143},"activity":{"kind":"role"}}""",
            ext.GetRawText());
    }

    [Fact]
    public void A_snapshot_without_extensions_has_no_ext() =>
        Assert.False(JsonSerializer.SerializeToElement(Snapshot(), ContractJsonContext.Default.LoopRunSnapshot).TryGetProperty("ext", out _));

    [Theory]
    [InlineData("50.0")]
    [InlineData("5e1")]
    [InlineData("50")]
    public void A_whole_number_is_read_in_any_form(string number)
    {
        var json = RecordedEnvelopes.Snapshots.First().Json.GetRawText();
        var changed = Regex.Replace(json, """(?<key>"eventCount"\s*:\s*)\d+""", "${key}" + number, RegexOptions.NonBacktracking);

        var valid = Assert.IsType<ValidEnvelope<LoopRunSnapshot>>(EnvelopeValidator.ReadSnapshot(Encoding.UTF8.GetBytes(changed)));

        Assert.Equal(50, valid.Envelope.Health.EventCount);
    }

    internal static LoopRunSnapshot Snapshot() =>
        Assert.IsType<ValidEnvelope<LoopRunSnapshot>>(EnvelopeValidator.ReadSnapshot(RecordedEnvelopes.Snapshots.First().Json)).Envelope;

    private static void AssertSame(RecordedEnvelope recorded, JsonElement written) =>
        Assert.True(JsonElement.DeepEquals(recorded.Json, written), $"{recorded.Where}\nwas {recorded.Json.GetRawText()}\nis  {written.GetRawText()}");
}
