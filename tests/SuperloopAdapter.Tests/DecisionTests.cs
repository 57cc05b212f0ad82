using System.Text.Json;
using OpsManager.Contract;
using SuperloopAdapter.Control;

namespace SuperloopAdapter.Tests;

/// <summary>Decisions on a candidate of a run that is long over.</summary>
public sealed class DecisionTests : IDisposable
{
    private const string Loop = "loops/demo-loop/";

    private readonly TempRepository repository = TempRepository.Of("approval-approve/02-awaiting-approval");
    private readonly Adapter adapter;

    public DecisionTests() => adapter = new Adapter(repository.Path, RecordedProcesses.None, TimeProvider.System);

    public void Dispose()
    {
        adapter.Dispose();
        repository.Dispose();
    }

    [Theory]
    [InlineData("decisions.md", false)]
    [InlineData("decisions.md", true)]
    [InlineData("decisions.jsonl", false)]
    [InlineData("decisions.jsonl", true)]
    public async Task A_decision_stands_whatever_is_in_the_place_of_its_journals(string journal, bool link)
    {
        var target = Directory.CreateDirectory(Path.Combine(repository.Path, "elsewhere")).FullName;
        File.Delete(repository.File(Loop + journal));
        if (link)
        {
            File.CreateSymbolicLink(repository.File(Loop + journal), Path.Combine(target, "file"));
        }
        else
        {
            Directory.CreateDirectory(repository.File(Loop + journal));
        }

        var request = Request("approve") with { IntentId = "i-1", Note = "fine" };
        var answer = await adapter.ControlAsync(request, default);
        Assert.Equal((true, "confirmed"), (answer.Ok, answer.Result!.Status));
        Assert.Equal($"Recorded approval decision (approved) for loop 'demo-loop'. Not written: {journal}.", answer.Result.CommandOutput);
        Assert.True((await adapter.ControlAsync(request, default)).Ok);
        Assert.Equal(1, Decided());
        Assert.Equal("i-1", (await DecisionAsync()).GetProperty("intentId").GetString());
        Assert.Contains("i-1: fine", repository.Read(Loop + (journal == "decisions.md" ? "decisions.jsonl" : "decisions.md")), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(target));
        Assert.Equal("already_decided", (await adapter.ControlAsync(request with { IntentId = "i-2" }, default)).Error!.Code);
    }

    [Fact]
    public async Task A_decision_whose_answer_was_lost_is_its_callers_by_the_key()
    {
        var request = Request("approve") with { IdempotencyKey = "k" };
        Assert.True((await adapter.ControlAsync(request, default)).Ok);
        File.Delete(repository.File("ops/loops/demo-loop/answers.json"));
        File.Delete(repository.File(Loop + "decisions.md"));
        Assert.Equal("already_decided", (await adapter.ControlAsync(request with { IdempotencyKey = "other" }, default)).Error!.Code);
        Assert.Equal("already_decided", (await adapter.ControlAsync(request with { IdempotencyKey = null }, default)).Error!.Code);
        Assert.Equal("already_decided", (await adapter.ControlAsync(request with { Intent = "reject" }, default)).Error!.Code);
        Assert.Equal("already_decided", (await adapter.ControlAsync(request with { IntentId = "i-9" }, default)).Error!.Code);

        var again = await adapter.ControlAsync(request, default);
        Assert.Equal((true, false), (again.Ok, again.Replayed));
        Assert.Equal(1, Decided());
        Assert.True(File.Exists(repository.File(Loop + "decisions.md")));

        // The key is known here and is nothing that a snapshot says.
        Assert.False((await DecisionAsync()).TryGetProperty("idempotencyKey", out _));
    }

    private static ControlRequest Request(string intent) => new() { LoopId = TempRepository.LoopId, Intent = intent, By = "alice" };

    private int Decided() => repository.Lines(Loop + "events.jsonl").Count(static l => l.Contains("\"approval_decision\"", StringComparison.Ordinal));

    private async Task<JsonElement> DecisionAsync() =>
        JsonElement.Parse(await adapter.SnapshotAsync(TempRepository.LoopId, null, default)).GetProperty("ext").GetProperty("control").GetProperty("decision");
}
