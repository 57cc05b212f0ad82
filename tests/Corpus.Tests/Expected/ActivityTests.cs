using System.Text.Json;
using OpsManager.Corpus.Tests.Replay;
using OpsManager.Testing;
using OpsManager.Testing.Corpus;
using SuperloopAdapter;

namespace OpsManager.Corpus.Tests.Expected;

/// <summary>What the runtime does, where the recording says it in its note alone.</summary>
public sealed class ActivityTests
{
    [Theory]
    [InlineData("rate-limited/01-waiting-for-reset", "rate_limit_wait", "implementer")]
    [InlineData("rate-limited/02-resumed", "role", "implementer")]
    [InlineData("clean-completion/02-iter1-reviewer", "role", "reviewer")]
    [InlineData("role-timeout/01-hanging", "role", "implementer")]
    public async Task The_activity_is_told_from_log_and_output(string stepId, string kind, string role)
    {
        var step = CorpusLibrary.Step(stepId);
        using var repository = new PlayedRepository();
        foreach (var moment in RecordedProcesses.Of(CorpusLibrary.Scenario(step.Scenario)).TakeWhile(m => string.CompareOrdinal(m.Step.Name, step.Name) <= 0))
        {
            repository.MoveTo(moment);
        }

        using var adapter = new Adapter(repository.Path, repository.Processes, new InstantTimeProvider(step.Meta.CapturedAt));
        using var snapshot = JsonDocument.Parse(await adapter.SnapshotAsync("demo-loop", null, CancellationToken.None));
        var activity = snapshot.RootElement.GetProperty("ext").GetProperty("activity");
        Assert.Equal((kind, role), (activity.GetProperty("kind").GetString(), activity.GetProperty("role").GetString()));
    }
}
