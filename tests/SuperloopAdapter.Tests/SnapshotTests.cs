using System.Text.Json;
using OpsManager.Testing;
using OpsManager.Testing.Corpus;

namespace SuperloopAdapter.Tests;

public sealed class SnapshotTests
{
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
}
