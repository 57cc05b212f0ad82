using System.Text.Json;
using OpsManager.Contract;
using OpsManager.Core.Evidence;
using OpsManager.Core.Observations;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Tests.Observations;

public sealed class ReaderTests
{
    private static readonly string[] OddValues = ["null", "1", "\"text\"", "true", "[]", "{}", "[{}]", "{\"active\":[]}", "{\"pid\":\"x\"}", "{\"status\":7}", "{\"timestamp\":{}}", "1e400"];

    [Fact]
    public void An_event_is_read_with_what_its_data_says()
    {
        var fact = EventFactReader.Read(Event("approval_decision", """{"status":"approved","by":"alice","note":"ship it"}"""), 9, 2, 7);
        Assert.Equal((9L, 2, 7L, "approval_decision"), (fact.Sequence, fact.Epoch, fact.Line, fact.Name));
        Assert.Equal(("approved", "alice", "ship it", "r1", 3L), (fact.Status, fact.DecidedBy, fact.Note, fact.RuntimeRunId, fact.Iteration));
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), fact.Timestamp);
        Assert.Equal(600, EventFactReader.Read(Event("role_timeout", """{"timeout_seconds":600}"""), 1, 1, 1).TimeoutSeconds);
        Assert.Equal("stuck", EventFactReader.Read(Event("loop_stop", """{"reason":"stuck"}"""), 1, 1, 1).Reason);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("")]
    [InlineData("2026-13-45T99:00:00Z")]
    [InlineData("12:00")]
    public void A_bad_time_is_no_time(string timestamp) => Assert.Null(EventFactReader.Read(Event("x", "{}", timestamp), 1, 1, 1).Timestamp);

    [Fact]
    public void Fractions_of_a_second_and_offsets_are_read()
    {
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, 250, TimeSpan.Zero), EventFactReader.Read(Event("x", "{}", "2026-01-01T00:00:00.250Z"), 1, 1, 1).Timestamp);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), EventFactReader.Read(Event("x", "{}", "2026-01-01T02:00:00+02:00"), 1, 1, 1).Timestamp);
    }

    [Fact]
    public void Odd_data_is_no_data()
    {
        foreach (var odd in OddValues)
        {
            var fact = EventFactReader.Read(Event("loop_stop", odd), 1, 1, 1);
            Assert.Null(fact.Reason);
            Assert.Null(fact.TimeoutSeconds);
        }
    }

    [Fact]
    public void An_event_without_a_name_is_quarantined() => Assert.Equal(EventFact.QuarantinedName, EventFactReader.Read(Event(" ", "{}"), 1, 1, 1).Name);

    [Fact]
    public void Long_texts_are_cut_and_never_inside_a_character()
    {
        var fact = EventFactReader.Read(Event("approval_decision", JsonSerializer.Serialize(new { note = new string('x', 511) + "\U0001F600" })), 1, 1, 1);
        Assert.Equal(new string('x', 511), fact.Note);
    }

    [Fact]
    public void Files_are_read()
    {
        var facts = RuntimeFactsReader.Read(Snapshot(
            state: """{"active":"true","current_loop_id":"loop-a","iteration":3}""",
            activeRun: """{"pid":7,"pgid":8,"loop_id":"loop-a","stage":"loop_start"}""",
            approval: """{"status":"approved","run_id":"r1","iteration":2,"requested_at":"2026-01-01T00:00:00Z","decision":{"by":"alice","note":"ok"}}""",
            heartbeat: """{"timestamp":"2026-01-01T00:00:00Z"}""",
            summary: """{"run_id":"r1","iteration":2,"completion_ok":true}"""));
        Assert.Equal(new StateFileFacts(true, "loop-a", 3), facts.State);
        Assert.Equal(new ActiveRunFacts(7, 8, "loop-a", "loop_start"), facts.ActiveRun);
        Assert.Equal(new ApprovalFileFacts("approved", "r1", 2, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), "alice", "ok"), facts.Approval);
        Assert.Equal(new SummaryFacts("r1", 2, true), facts.Summary);
        Assert.NotNull(facts.HeartbeatAt);
        Assert.False(facts.StateUnreadable || facts.ActiveRunUnreadable || facts.ApprovalUnreadable);
        Assert.Null(facts.Leader);
        Assert.Null(facts.Exit);
    }

    [Fact]
    public void Absent_files_are_absent_and_half_written_ones_unreadable()
    {
        var absent = RuntimeFactsReader.Read(Snapshot());
        Assert.False(absent.StateUnreadable || absent.ActiveRunUnreadable || absent.ApprovalUnreadable);
        var torn = RuntimeFactsReader.Read(Snapshot(exist: true));
        Assert.True(torn.StateUnreadable && torn.ActiveRunUnreadable && torn.ApprovalUnreadable);
        Assert.Null(torn.State);
    }

    [Fact]
    public void Files_of_an_odd_kind_are_unreadable()
    {
        foreach (var odd in OddValues.Where(static v => v != "null"))
        {
            var facts = RuntimeFactsReader.Read(Snapshot(odd, odd, odd, odd, odd));
            Assert.True(facts.StateUnreadable && facts.ActiveRunUnreadable && facts.ApprovalUnreadable, odd);
            Assert.Null(facts.HeartbeatAt);
        }
    }

    [Fact]
    public void What_an_adapter_knows_beyond_the_contract_is_read()
    {
        var snapshot = Snapshot() with
        {
            EmittedAt = "2026-01-01T00:00:05Z",
            Ext = new SnapshotExtensions
            {
                Capabilities = ["start", "cancel", "start", ""],
                Process = new ProcessFacts { Alive = false, Stopped = true, LiveChildren = 2, BootId = "b" },
                Exit = new ExitFacts { Code = 143, LogLine = 9, OutputTail = "bye" },
                Attempt = new AttemptFacts { RunId = "run-1", Number = 2, BaseLine = 4 },
                Activity = new ActivityFacts { Kind = "rate_limit_wait", Until = "2026-01-01T01:00:00Z" },
                ObserveOnly = new ObserveOnlyFacts { Reason = "runs_several_loops", Message = "The process runs several loops." },
                PendingRecovery = new RecoveryFacts { Iteration = 3, Command = "npm ci", Category = "dependencies", Reason = "not_in_auto_approve" },
                Beat = new BeatFacts { At = "2026-01-01T00:00:04Z", IntervalMs = 1000 },
            },
        };
        var facts = RuntimeFactsReader.Read(snapshot);
        Assert.Equal(new LeaderFacts(false, false, 2, "b"), facts.Leader);
        Assert.Equal(new ExitRecord(143, 9, "bye"), facts.Exit);
        Assert.Equal(new LaunchRecord(2, 4, null, "run-1"), facts.Launch);
        Assert.Equal("The process runs several loops.", facts.ObserveOnly);
        Assert.Equal("Iteration 3: npm ci; dependencies; not_in_auto_approve", facts.PendingRecovery);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 4, TimeSpan.Zero), facts.AdapterBeatAt);
        Assert.Equal(["cancel", "start"], RuntimeFactsReader.Capabilities(snapshot));
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 5, TimeSpan.Zero), RuntimeFactsReader.SpriteTime(snapshot));
        Assert.Null(RuntimeFactsReader.Capabilities(Snapshot()));
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    public void An_observation_is_caught_up_when_the_log_was_read_to_the_end_the_snapshot_names(long linesRead, bool expected)
    {
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var fact = new ReceivedFact(EventFactReader.Read(Event("loop_start", "{}"), 1, 1, 1), at);
        var observation = ObservationBuilder.Build(LaunchKind.Attach, RunEvidence.None, [fact], Snapshot(lines: 5), at, linesRead, ["log_replaced"]);
        Assert.Equal(expected, observation.CaughtUp);
        Assert.Equal(1, observation.Evidence.Through);
        Assert.Equal(["log_replaced"], observation.LogChanges);
        Assert.Equal(observation, ObservationBuilder.Build(LaunchKind.Attach, RunEvidence.None, [fact], Snapshot(lines: 5), at, linesRead, ["log_replaced"]));
    }

    private static LoopRunEvent Event(string name, string data, string timestamp = "2026-01-01T00:00:00Z") => new()
    {
        SchemaVersion = ContractVersion.V1,
        EnvelopeType = ContractVersion.EventType,
        EmittedAt = timestamp,
        Source = new EnvelopeSource { RepoPath = "/r", LoopId = "loop-a" },
        Sequence = new EnvelopeSequence { Source = "s", Value = 1 },
        Cursor = new EnvelopeCursor { EventLineOffset = 1, EventLineCount = 1 },
        Run = new EventRun { RunId = "r1", Iteration = 3 },
        Event = new EventBody { Timestamp = timestamp, Name = name, Payload = Json(data) },
    };

    private static LoopRunSnapshot Snapshot(
        string? state = null,
        string? activeRun = null,
        string? approval = null,
        string? heartbeat = null,
        string? summary = null,
        bool exist = false,
        long lines = 0)
    {
        var artifact = new ArtifactInfo { Path = "f", Exists = exist, SizeBytes = 0, LineCount = 0 };
        return new LoopRunSnapshot
        {
            SchemaVersion = ContractVersion.V1,
            EnvelopeType = ContractVersion.SnapshotType,
            EmittedAt = "2026-01-01T00:00:00Z",
            Source = new EnvelopeSource { RepoPath = "/r", LoopId = "loop-a" },
            Run = new SnapshotRun { Status = "running", Summary = Json(summary) },
            Runtime = new SnapshotRuntime { SuperloopState = Json(state), ActiveRun = Json(activeRun), Approval = Json(approval), Heartbeat = Json(heartbeat) },
            Artifacts = new SnapshotArtifacts { Events = artifact, RunSummary = artifact, State = artifact, ActiveRun = artifact, Approval = artifact },
            Sequence = new EnvelopeSequence { Source = "s", Value = lines },
            Cursor = new EnvelopeCursor { EventLineOffset = lines, EventLineCount = lines },
            Health = new SnapshotHealth { EventCount = lines, HasPendingApproval = false },
        };
    }

    private static JsonElement? Json(string? text) => text is null ? null : JsonSerializer.Deserialize<JsonElement>(text);
}
