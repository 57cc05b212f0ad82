using System.Text.Json;
using OpsManager.Testing.Corpus;

namespace SuperloopAdapter.Tests;

public sealed class CorpusSnapshotTests
{
    private const string SummaryLags = "the peer takes the iteration from the last finished one; a later one is in flight or was stopped";
    private const string OldRun = "the peer takes run id and iteration from the summary, whose last entry is of an earlier run";

    /// <summary>
    /// The fields in which the recorded snapshots are wrong, with our value and the reason. Everything else is equal.
    /// </summary>
    private static readonly Dictionary<string, Dictionary<string, (string Ours, string Reason)>> Corrected = new()
    {
        ["approval-reject/03-rerun-after-reject"] = Fields(("run.runId", "\"2026-11-22T14:10:42Z\"", OldRun)),
        ["clean-completion/03-iter2-implementer"] = Fields(("run.iteration", "2", SummaryLags)),
        ["clean-completion/05-rerun-iter1-planner"] = Fields(
            ("run.runId", "\"2026-11-22T15:05:50Z\"", OldRun),
            ("run.iteration", "1", OldRun),
            ("run.status", "\"running\"", "truth: a new run of a completed loop; the peer lets the last summary entry win")),
        ["killed/02-killed"] = Fields(("run.status", "\"failed\"", "truth: crashed; the peer never asks for the process")),
        ["killed/03-rerun-refused"] = Fields(("run.status", "\"failed\"", "truth: crashed")),
        ["killed/04-run-noloop-refused"] = Fields(("run.status", "\"failed\"", "truth: crashed")),
        ["long-run/01-iter5"] = Fields(("run.iteration", "5", SummaryLags)),
        ["long-run/02-iter15"] = Fields(("run.iteration", "15", SummaryLags)),
        ["max-iterations/02-iter2"] = Fields(("run.iteration", "2", SummaryLags)),
        ["max-iterations/04-rerun-iter1"] = Fields(("run.runId", "\"2026-11-22T14:11:15Z\"", OldRun), ("run.iteration", "1", OldRun)),
        ["no-progress/01-iter2-running"] = Fields(("run.iteration", "2", SummaryLags)),
        ["no-progress/02-stopped-no-progress"] = Fields(("run.iteration", "2", SummaryLags)),
        ["rate-limited/03-rate-limit-stop"] = Fields(("run.status", "\"stopped\"", "truth: stopped; state.active is left behind")),
        ["rate-limited/04-documented-resume-refused"] = Fields(("run.status", "\"stopped\"", "truth: stopped")),
        ["rate-limited/05-run-loop-refused"] = Fields(("run.status", "\"stopped\"", "truth: stopped")),
        ["runner-error/02-crashed"] = Fields(("run.status", "\"failed\"", "truth: failed; the runtime died without an event")),
        ["runner-error/03-rerun-refused"] = Fields(("run.status", "\"failed\"", "truth: failed")),
        ["stuck-threshold/01-streak1"] = Fields(("run.iteration", "2", SummaryLags)),
        ["stuck-threshold/02-streak2"] = Fields(("run.iteration", "3", SummaryLags)),
        ["stuck-threshold/03-stopped-stuck"] = Fields(("run.iteration", "3", SummaryLags)),
        ["stuck-threshold/04-rerun-refused"] = Fields(("run.iteration", "3", SummaryLags)),
        ["synthetic-divergence/01-active-mismatch"] = Fields(("run.status", "\"running\"", "truth: running; its process lives")),
    };

    public static TheoryData<string> StepsWithSnapshot => [.. CorpusLibrary.Steps.Where(static s => s.ReadExpectedSnapshot() is not null).Select(static s => s.Id)];

    public static TheoryData<string, string> AllLoops
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var step in CorpusLibrary.Steps)
            {
                IEnumerable<string> loops = step.Meta.Truth.Loops?.Keys ?? (IEnumerable<string>)[TempRepository.LoopId];
                foreach (var loop in loops)
                {
                    data.Add(step.Id, loop);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(StepsWithSnapshot))]
    public async Task Equals_the_recorded_snapshot_except_where_that_is_wrong(string stepId)
    {
        var step = CorpusLibrary.Step(stepId);
        using var repository = TempRepository.Of(step);
        var ours = await SnapshotAsync(step, repository, TempRepository.LoopId);
        using var theirs = JsonDocument.Parse(step.ReadExpectedSnapshot()!);

        var differences = JsonDifferences.Between(ours, theirs.RootElement);
        Assert.Equal(JsonSerializer.Serialize(repository.Path), differences["source.repoPath"].Ours);
        var found = differences
            .Where(static d => d.Key is not ("ext" or "emittedAt" or "traceId" or "source.repoPath") && !d.Key.EndsWith(".mtimeEpoch", StringComparison.Ordinal))
            .ToDictionary(static d => d.Key, static d => d.Value.Ours);
        Assert.Equal(
            Corrected.GetValueOrDefault(stepId, []).ToDictionary(static c => c.Key, static c => c.Value.Ours),
            found);
    }

    [Theory]
    [MemberData(nameof(AllLoops))]
    public async Task Status_is_the_v1_word_for_the_truth(string stepId, string loopId)
    {
        var step = CorpusLibrary.Step(stepId);
        using var repository = TempRepository.Of(step);
        var snapshot = await SnapshotAsync(step, repository, loopId);

        var expected = (step.Meta.Truth.Of(loopId), stepId) switch
        {
            // cancel removes what says that the loop was active: from artifacts alone, how it ended cannot be told.
            ("cancelled", _) or (_, "killed/05-after-cancel" or "runner-error/04-after-cancel") => "unknown",
            // Between two steps of a manager that steps the runtime: for v1 the loop stopped at its iteration limit.
            ("paused", "stepped-run/01-step1" or "stepped-run/02-step2") => "stopped",
            ("paused", _) => "running",
            ("approved_pending_resume" or "rejected_pending_resume" or "not_started", _) => "idle",
            ("crashed", _) => "failed",
            (var same, _) => same,
        };
        Assert.Equal(expected, snapshot.GetProperty("run").GetProperty("status").GetString());

        if (step.Meta.Truth.Of(loopId) == "paused" && expected == "running")
        {
            Assert.True(snapshot.GetProperty("ext").GetProperty("process").GetProperty("stopped").GetBoolean());
        }
    }

    [Fact]
    public async Task A_loop_that_never_ran_has_a_snapshot_with_no_events()
    {
        var step = CorpusLibrary.Step("clean-completion/00-initialised");
        using var repository = TempRepository.Of(step);
        var snapshot = await SnapshotAsync(step, repository, TempRepository.LoopId);

        Assert.Equal(JsonValueKind.Null, snapshot.GetProperty("run").GetProperty("runId").ValueKind);
        Assert.Equal(0, snapshot.GetProperty("cursor").GetProperty("eventLineCount").GetInt64());
        Assert.Equal(0, snapshot.GetProperty("health").GetProperty("eventCount").GetInt64());
        Assert.False(snapshot.GetProperty("artifacts").GetProperty("events").GetProperty("exists").GetBoolean());
        Assert.False(snapshot.GetProperty("ext").GetProperty("process").GetProperty("alive").GetBoolean());
        Assert.False(snapshot.GetProperty("ext").TryGetProperty("epoch", out _));
    }

    [Fact]
    public async Task An_artifact_that_stays_torn_exists_with_an_unknown_value()
    {
        var step = CorpusLibrary.Step("synthetic-torn/01-empty-state");
        using var repository = TempRepository.Of(step);
        var time = new InstantTimeProvider(step.Meta.CapturedAt);
        using var adapter = new Adapter(repository.Path, RecordedProcesses.Of(step, repository.Path), time);
        var snapshot = Parse(await adapter.SnapshotAsync(TempRepository.LoopId, null, CancellationToken.None));

        Assert.True(snapshot.GetProperty("artifacts").GetProperty("state").GetProperty("exists").GetBoolean());
        Assert.Equal(JsonValueKind.Null, snapshot.GetProperty("runtime").GetProperty("superloopState").ValueKind);
        Assert.Equal("torn", snapshot.GetProperty("ext").GetProperty("unreadable").GetProperty("state").GetString());
        Assert.Equal("running", snapshot.GetProperty("run").GetProperty("status").GetString());
        Assert.Equal(TimeSpan.FromMilliseconds(250), time.Waited);
    }

    [Fact]
    public async Task A_torn_state_without_a_process_is_unknown_and_no_crash()
    {
        using var repository = TempRepository.Of("synthetic-torn/01-empty-state");
        using var adapter = new Adapter(repository.Path, RecordedProcesses.None, new InstantTimeProvider(DateTimeOffset.UnixEpoch));
        File.Delete(repository.File("active-run.json"));
        var snapshot = Parse(await adapter.SnapshotAsync(TempRepository.LoopId, null, CancellationToken.None));
        Assert.Equal("unknown", snapshot.GetProperty("run").GetProperty("status").GetString());
    }

    [Fact]
    public async Task Without_a_readable_process_table_the_state_files_decide_and_nothing_is_said_of_the_process()
    {
        using var repository = TempRepository.Of("killed/02-killed");
        using var adapter = new Adapter(repository.Path, RecordedProcesses.Unreadable, new InstantTimeProvider(DateTimeOffset.UnixEpoch));
        var snapshot = Parse(await adapter.SnapshotAsync(TempRepository.LoopId, null, CancellationToken.None));
        Assert.Equal("running", snapshot.GetProperty("run").GetProperty("status").GetString());
        Assert.False(snapshot.GetProperty("ext").TryGetProperty("process", out _));
    }

    private static async Task<JsonElement> SnapshotAsync(CorpusStep step, TempRepository repository, string loopId)
    {
        using var adapter = new Adapter(repository.Path, RecordedProcesses.Of(step, repository.Path), new InstantTimeProvider(step.Meta.CapturedAt));
        return Parse(await adapter.SnapshotAsync(loopId, "trace-1", CancellationToken.None));
    }

    private static JsonElement Parse(byte[] json) => JsonDocument.Parse(json).RootElement;

    private static Dictionary<string, (string Ours, string Reason)> Fields(params (string Path, string Ours, string Reason)[] fields) =>
        fields.ToDictionary(static f => f.Path, static f => (f.Ours, f.Reason));
}
