using System.Text.Json;
using OpsManager.RecordedRun;
using OpsManager.Testing;

namespace EndToEnd.Tests.Hosting;

/// <summary>A recorded scenario played into an adapter's repository.</summary>
internal sealed class PlayedLoop(string scenario, string repository) : IDisposable
{
    private readonly RecordedScenario _scenario = RecordedScenario.Open(Path.Combine(RepositoryRoot.Path, "tests", "fixtures", "corpus", scenario));
    private readonly PlayedRepository _repository = new(repository);

    public void MoveTo(string step) => _repository.MoveTo(Step(step));

    public IEnumerable<string> Play(string step) => _repository.Play(Step(step));

    /// <summary>The log's lines from one line on, as JSON.</summary>
    public IReadOnlyList<JsonElement> LogFrom(int line, string loop = "demo-loop") =>
        [.. File.ReadLines(Path.Combine(_repository.Path, ".superloop", "loops", loop, "events.jsonl")).Skip(line).Select(text => JsonElement.Parse(text))];

    public void Dispose() => _repository.Dispose();

    private string Step(string step) => _scenario.StepPaths.Single(path => Path.GetFileName(path) == step);
}
