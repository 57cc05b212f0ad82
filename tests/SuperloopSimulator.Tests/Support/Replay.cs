using OpsManager.SuperloopSimulator.Runtime;
using OpsManager.SuperloopSimulator.Scenario;

namespace SuperloopSimulator.Tests.Support;

/// <summary>A recorded scenario played by the simulator, under the recorded configuration.</summary>
internal sealed class Replay : IDisposable
{
    private readonly string _scenario;

    private Replay(string scenario, SimulatedRepository repository) => (_scenario, Repository) = (scenario, repository);

    public SimulatedRepository Repository { get; }

    public static async Task<Replay> OfAsync(string scenario, string step, params LoopScenario[] loops)
    {
        var repository = await SimulatedRepository.PrepareAsync(loops);
        await File.WriteAllTextAsync(Path.Combine(repository.Superloop, "config.json"), JsonText.Pretty(new RecordedStep(scenario, step).Config));
        return new Replay(scenario, repository);
    }

    /// <summary>A scenario file as it is shipped, under the configuration it asks for itself.</summary>
    public static async Task<Replay> OfShippedAsync(string file, string scenario) =>
        new(scenario, await SimulatedRepository.PrepareAsync(await File.ReadAllTextAsync(Path.Combine(BuiltProgram.Sources, "Scenarios", file))));

    /// <summary>Runs to the end and compares exit code and everything left behind with the step.</summary>
    public async Task RunAsync(string step, string? loop = "demo-loop", params string[] more)
    {
        await Repository.NextSecondAsync();
        AssertLike(step, await Repository.RunAsync(loop, more));
    }

    public async Task CommandAsync(string step, string command, params string[] more) => AssertLike(step, await Repository.CommandAsync(command, more));

    public void AssertLike(string step) => new RecordedStep(_scenario, step).AssertLike(Repository);

    public void Dispose() => Repository.Dispose();

    private void AssertLike(string step, (int ExitCode, string Output) ended)
    {
        var recorded = new RecordedStep(_scenario, step);
        Assert.True(recorded.ExitCode == ended.ExitCode, $"exit {ended.ExitCode} instead of {recorded.ExitCode}: {ended.Output}");
        recorded.AssertLike(Repository);
    }
}
