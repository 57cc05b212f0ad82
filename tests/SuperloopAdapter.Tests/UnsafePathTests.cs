using System.Text.Json;

namespace SuperloopAdapter.Tests;

public sealed class UnsafePathTests : IDisposable
{
    private readonly TempRepository repository = TempRepository.Of("clean-completion/03-iter2-implementer");
    private readonly TempRepository elsewhere = TempRepository.Of("killed/02-killed");

    public void Dispose()
    {
        repository.Dispose();
        elsewhere.Dispose();
    }

    [Theory]
    [InlineData("state.json")]
    [InlineData("active-run.json")]
    [InlineData("config.json")]
    [InlineData("loops/demo-loop/events.jsonl")]
    [InlineData("loops/demo-loop/run-summary.json")]
    public async Task A_linked_artifact_is_refused(string file)
    {
        File.Delete(repository.File(file));
        File.CreateSymbolicLink(repository.File(file), elsewhere.File(file));
        await AssertRefusedAsync();
    }

    [Theory]
    [InlineData("loops/demo-loop")]
    [InlineData("loops")]
    public async Task A_linked_folder_is_refused(string folder)
    {
        Directory.Delete(repository.File(folder), recursive: true);
        Directory.CreateSymbolicLink(repository.File(folder), elsewhere.File(folder));
        await AssertRefusedAsync();
    }

    [Fact]
    public async Task A_linked_superloop_folder_is_refused()
    {
        Directory.Delete(repository.File("."), recursive: true);
        Directory.CreateSymbolicLink(Path.Combine(repository.Path, ".superloop"), elsewhere.File("."));
        await AssertRefusedAsync();
    }

    [Fact]
    public async Task A_folder_in_place_of_an_artifact_is_refused()
    {
        File.Delete(repository.File("state.json"));
        Directory.CreateDirectory(repository.File("state.json"));
        await AssertRefusedAsync();
    }

    [Fact]
    public async Task A_pipe_in_place_of_an_artifact_is_refused_and_does_not_block()
    {
        File.Delete(repository.File("state.json"));
        using var made = System.Diagnostics.Process.Start("mkfifo", [repository.File("state.json")]);
        await made.WaitForExitAsync();
        await AssertRefusedAsync();
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("../loops/demo-loop")]
    [InlineData("demo-loop/")]
    [InlineData("/etc")]
    [InlineData("-rf")]
    [InlineData("a b")]
    [InlineData("demo\nloop")]
    [InlineData("démo")]
    [InlineData("a\0b")]
    public async Task An_odd_loop_id_is_refused(string loopId)
    {
        using var adapter = new Adapter(repository.Path, RecordedProcesses.None, TimeProvider.System);
        var refusal = await Assert.ThrowsAsync<AdapterException>(() => adapter.SnapshotAsync(loopId, null, CancellationToken.None));
        Assert.Equal((400, "invalid_request"), (refusal.Error.HttpStatus, refusal.Error.Code));
        await Assert.ThrowsAsync<AdapterException>(() => adapter.EventsAsync(loopId, 0, 0, null, CancellationToken.None));
    }

    [Fact]
    public async Task An_oversized_artifact_exists_with_an_unknown_value()
    {
        repository.Write("state.json", "{\"active\":true,\"pad\":\"" + new string('x', 2 * 1024 * 1024) + "\"}");
        using var adapter = new Adapter(repository.Path, RecordedProcesses.None, TimeProvider.System);
        using var snapshot = JsonDocument.Parse(await adapter.SnapshotAsync("demo-loop", null, CancellationToken.None));
        Assert.Equal("too_large", snapshot.RootElement.GetProperty("ext").GetProperty("unreadable").GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, snapshot.RootElement.GetProperty("runtime").GetProperty("superloopState").ValueKind);
        Assert.NotNull(snapshot.RootElement.GetProperty("artifacts").GetProperty("state").GetProperty("sha256").GetString());
    }

    private async Task AssertRefusedAsync()
    {
        using var adapter = new Adapter(repository.Path, RecordedProcesses.None, TimeProvider.System);
        var refusal = await Assert.ThrowsAsync<AdapterException>(() => adapter.SnapshotAsync("demo-loop", null, CancellationToken.None));
        Assert.Equal("unsafe_artifact", refusal.Error.Code);
        Assert.DoesNotContain(repository.Path, refusal.Error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(elsewhere.Path, refusal.Error.Message, StringComparison.Ordinal);
    }
}
