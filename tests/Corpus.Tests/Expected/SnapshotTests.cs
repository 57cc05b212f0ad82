using System.Text.Json;
using OpsManager.Corpus.Tests.Replay;
using OpsManager.Testing;
using OpsManager.Testing.Corpus;
using SuperloopAdapter;

namespace OpsManager.Corpus.Tests.Expected;

public sealed class SnapshotTests
{
    private const string SummaryLags = "the peer takes the iteration from the last finished one; a later one is in flight or was stopped";
    private const string OtherLoop = "truth: running; state.json speaks of the repository's other loop, and the peer knows no other sign of life";
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
        ["two-loops/02-both-running loop-a"] = Fields(("run.status", "\"running\"", OtherLoop)),
        ["two-loops/03-after-cancel loop-a"] = Fields(("run.status", "\"running\"", OtherLoop)),
        ["synthetic-divergence/01-active-mismatch"] = Fields(("run.status", "\"running\"", "truth: running; its process lives")),
    };

    public static TheoryData<string, string> AllLoops => Loops(static (_, _) => true);

    public static TheoryData<string, string> WithSnapshot => Loops(static (step, loop) => step.ReadExpectedSnapshot(loop) is not null);

    [Theory]
    [MemberData(nameof(WithSnapshot))]
    public async Task Equals_the_recorded_snapshot_except_where_that_is_wrong(string stepId, string loopId)
    {
        var step = CorpusLibrary.Step(stepId);
        using var repository = new PlayedRepository();
        using var theirs = JsonDocument.Parse(step.ReadExpectedSnapshot(loopId)!);
        var ours = await SnapshotAsync(step, repository, loopId, theirs.RootElement.GetProperty("traceId").GetString());

        // What we know beyond v1 is added, the copy lies elsewhere, and its files are new.
        var differences = JsonDifferences.Between(ours, theirs.RootElement);
        Assert.Equal(JsonSerializer.Serialize(repository.Path), differences["source.repoPath"].Ours);
        var found = differences
            .Where(static d => d.Key is not ("ext" or "source.repoPath") && !d.Key.EndsWith(".mtimeEpoch", StringComparison.Ordinal))
            .ToDictionary(static d => d.Key, static d => d.Value.Ours);
        Assert.Equal(
            Corrected.GetValueOrDefault(step.Meta.Truth.Loops is null ? stepId : $"{stepId} {loopId}", []).ToDictionary(static c => c.Key, static c => c.Value.Ours),
            found);
    }

    [Theory]
    [MemberData(nameof(AllLoops))]
    public async Task Status_is_the_v1_word_for_the_truth(string stepId, string loopId)
    {
        var step = CorpusLibrary.Step(stepId);
        using var repository = new PlayedRepository();
        var snapshot = await SnapshotAsync(step, repository, loopId, null);

        var expected = V1Status.Of(step, loopId);
        Assert.Equal(expected, snapshot.GetProperty("run").GetProperty("status").GetString());

        if (step.Meta.Truth.Of(loopId) == "paused" && expected == "running")
        {
            Assert.True(snapshot.GetProperty("ext").GetProperty("process").GetProperty("stopped").GetBoolean());
        }
    }

    private static TheoryData<string, string> Loops(Func<CorpusStep, string, bool> isWanted)
    {
        var data = new TheoryData<string, string>();
        foreach (var step in CorpusLibrary.Steps)
        {
            foreach (var loop in step.JudgedLoops.Where(l => isWanted(step, l)))
            {
                data.Add(step.Id, loop);
            }
        }

        return data;
    }

    private static async Task<JsonElement> SnapshotAsync(CorpusStep step, PlayedRepository repository, string loopId, string? traceId)
    {
        repository.MoveTo(RecordedProcesses.Of(CorpusLibrary.Scenario(step.Scenario)).Single(m => m.Step == step));
        using var adapter = new Adapter(repository.Path, repository.Processes, new InstantTimeProvider(step.Meta.CapturedAt));
        return JsonDocument.Parse(await adapter.SnapshotAsync(loopId, traceId, CancellationToken.None)).RootElement;
    }

    private static Dictionary<string, (string Ours, string Reason)> Fields(params (string Path, string Ours, string Reason)[] fields) =>
        fields.ToDictionary(static f => f.Path, static f => (f.Ours, f.Reason));
}
