using System.Text.Json;
using System.Text.Json.Nodes;
using OpsFunctions.Activities;
using OpsFunctions.Activities.Diagnostics;
using OpsFunctions.Activities.Polling;
using OpsFunctions.Orchestrations;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Core.Observations;
using OpsManager.Core.Runs;
using OpsManager.Storage.Diagnostics;

namespace OpsFunctions.Tests.Orchestrations;

/// <summary>
/// What lies in the histories of engines that are at work while a new version is deployed. A text here is never changed: a member that
/// is added gets a test of its own, and what is missing in an older text must mean what it meant.
/// </summary>
public sealed class DurableFormatTests
{
    private const string Input = """
        {
          "v": 1,
          "runId": "run-sample",
          "generation": 2,
          "traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
          "cycle": 7,
          "nextDueAt": "2030-01-01T00:00:05+00:00",
          "decidedAt": "2030-01-01T00:00:00+00:00",
          "troubles": 3,
          "events": [{ "id": "e-1", "text": "{}", "tries": 2 }],
          "status": { "state": "running" }
        }
        """;

    // As the worker's serializer has them by default.
    private static readonly JsonSerializerOptions Worker = new() { PropertyNameCaseInsensitive = true };

    private static readonly RunId Run = RunId.Parse("run-sample");
    private static readonly IntentId Intent = IntentId.Parse("int-1");

    /// <summary>Each with a text and what it says.</summary>
    public static TheoryData<string, object> Formats => new()
    {
        { """{ "runId": "run-sample", "generation": 2, "cycle": 7 }""", new PollRequest(Run, 2, 7) },
        { """{ "kind": "again", "run": null, "revision": 0, "input": null }""", PollOutcome.Of(PollOutcomeKind.Again) },
        {
            """{ "kind": "decide", "run": null, "revision": 4, "input": { "kind": "start_answered", "Answer": { "Accepted": false, "RefusalCode": "stale_active", "Detail": "d", "BaseLine": 3 } } }""",
            new PollOutcome { Kind = PollOutcomeKind.Decide, Revision = 4, Input = new DecisionInput.StartAnswered(new StartAnswer(false, "stale_active", "d", 3)) }
        },
        { """{ "kind": "applied", "revision": 5 }""", new ApplyOutcome(ApplyOutcomeKind.Applied, 5) },
        { """{ "runId": "run-sample", "generation": 2, "cycle": 7, "attempt": 1 }""", new StartRuntimeRequest(Run, 2, 7, 1) },
        { """{ "Accepted": true, "RefusalCode": null, "Detail": null, "BaseLine": 12 }""", new StartAnswer(true, null, null, 12) },
        { """{ "runId": "run-sample", "generation": 2, "cycle": 7, "intent": "int-1" }""", new DeliverIntentRequest(Run, 2, 7, Intent) },
        {
            """{ "Intent": "int-1", "Outcome": "done", "Code": null, "Detail": "d", "By": "alice", "BaseLine": 12 }""",
            new DeliveryAnswer(Intent, DeliveryOutcome.Done, null, "d", "alice", 12)
        },
        { """{ "runId": "run-sample", "event": { "id": "e-1", "text": null, "tries": 0 } }""", new TakeEventRequest(Run, new RawEvent("e-1", null)) },
        { """ "rejected" """, TakeEventOutcome.Rejected },
        { """{ "runId": "run-sample", "generation": 2, "cause": "relaunch" }""", new CaptureDiagnosticsRequest(Run, 2, DiagnosticsCause.Relaunch) },
        { """ "known" """, CaptureDiagnosticsOutcome.Known },
    };

    [Theory]
    [MemberData(nameof(Formats), DisableDiscoveryEnumeration = true)]
    public void What_an_activity_is_given_or_answers_is_written_and_read_as_ever(string text, object value)
    {
        AssertSame(text, JsonSerializer.Serialize(value, value.GetType(), Worker));
        Assert.Equal(value, JsonSerializer.Deserialize(text, value.GetType(), Worker));
    }

    [Fact]
    public void A_decision_to_be_stored_is_written_and_read_as_ever()
    {
        var decision = RunDecider.Decide(
            Samples.Run(), new DecisionInput.PollFailed(new PollFailure("transport_unreachable", "refused", 1, Samples.Start)), Samples.Start.AddHours(1));
        var command = new ApplyCommand(Run, 2, "2-7", 4, decision);

        var text = JsonSerializer.Serialize(command, Worker);
        var written = JsonNode.Parse(text)!.AsObject();
        Assert.Equal(["runId", "generation", "operation", "expectedRevision", "decision"], written.Select(static member => member.Key));
        Assert.Equal(["Run", "Transitions", "Effects", "Changed", "Intents"], written["decision"]!.AsObject().Select(static member => member.Key));
        var read = JsonSerializer.Deserialize<ApplyCommand>(text, Worker)!;
        Assert.NotEmpty(read.Decision.Effects);
        AssertSame(text, JsonSerializer.Serialize(read, Worker));
    }

    [Fact]
    public void The_input_of_an_engine_is_written_as_ever()
    {
        var input = new EngineInput
        {
            RunId = Run,
            Generation = 2,
            TraceId = "4bf92f3577b34da6a3ce929d0e0e4736",
            Cycle = 7,
            NextDueAt = Samples.Start.AddSeconds(5),
            DecidedAt = Samples.Start,
            Troubles = 3,
            Events = [new RawEvent("e-1", "{}") { Tries = 2 }],
            Status = JsonSerializer.SerializeToElement(new { state = "running" }),
        };
        AssertSame(Input, JsonSerializer.Serialize(input, Worker));
        AssertSame(Input, JsonSerializer.Serialize(JsonSerializer.Deserialize<EngineInput>(Input, Worker), Worker));
    }

    [Fact]
    public void An_input_with_the_run_alone_begins_at_once_and_carries_nothing()
    {
        var input = JsonSerializer.Deserialize<EngineInput>("""{ "runId": "run-sample", "generation": 1, "of a later version": true }""", Worker)!;
        Assert.Equal(new EngineInput { RunId = Run, Generation = 1 }, input);
        Assert.Equal(EngineInput.CurrentVersion, input.Version);
    }

    private static void AssertSame(string expected, string actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), actual);
}
