using System.Globalization;
using System.Text.Json.Nodes;
using OpsManager.SuperloopSimulator.Runtime;
using OpsManager.SuperloopSimulator.Scenario;

namespace SuperloopSimulator.Tests.Support;

/// <summary>A repository prepared for a scenario, and the commands on it.</summary>
internal sealed class SimulatedRepository : IDisposable
{
    public static readonly Pacing NoPauses = new() { StartMs = 0, LoopStartMs = 0, RoleStartMs = 0, EventMs = 0, GateMs = 0, SummaryMs = 0, WriteGapMs = 0, ActiveRunGapMs = 0 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("superloop-simulator-");
    private readonly List<RunningProgram> _programs = [];

    private SimulatedRepository() => Root = _folder.CreateSubdirectory("repo").FullName;

    public string Root { get; }

    public string Superloop => Path.Combine(Root, ".superloop");

    public string State => LoopFolder.StateOf(Root);

    public string ActiveRun => LoopFolder.ActiveRunOf(Root);

    public static Task<SimulatedRepository> PrepareAsync(params LoopScenario[] loops) => PrepareAsync(NoPauses, loops);

    public static Task<SimulatedRepository> PrepareAsync(Pacing pacing, params LoopScenario[] loops) =>
        PrepareAsync(ScenarioFiles.Write(new SimulatedRuntime { Pacing = pacing, Loops = loops }));

    public static async Task<SimulatedRepository> PrepareAsync(string scenario)
    {
        var repository = new SimulatedRepository();
        var file = Path.Combine(repository._folder.FullName, "scenario.json");
        await File.WriteAllTextAsync(file, scenario);
        var (exitCode, output) = await repository.CommandAsync("prepare", "--scenario", file);
        Assert.True(exitCode == 0, output);
        return repository;
    }

    /// <summary>A loop whose roles take no time.</summary>
    public static LoopScenario Quick(string id = "demo-loop") => new() { Id = id, RoleMs = 1, TickMs = 0 };

    public LoopFolder Loop(string id = "demo-loop") => new(Root, id);

    public RunningProgram StartRun(string? loop = "demo-loop", params string[] more)
    {
        string[] arguments = ["run", "--repo", Root, .. loop is null ? [] : new[] { "--loop", loop }, .. more];
        return Started(RunningProgram.Start(BuiltProgram.Superloop, OutputFile(), ownGroup: true, arguments));
    }

    /// <summary>A run in the group of whoever starts it, as from a script without job control.</summary>
    public RunningProgram StartRunInForeignGroup() =>
        Started(RunningProgram.Start(BuiltProgram.Superloop, OutputFile(), ownGroup: false, "run", "--repo", Root, "--loop", "demo-loop"));

    public async Task<(int ExitCode, string Output)> RunAsync(string? loop = "demo-loop", params string[] more)
    {
        var run = StartRun(loop, more);
        return (await run.ExitCodeAsync(), run.Output);
    }

    public async Task<(int ExitCode, string Output)> CommandAsync(string command, params string[] more)
    {
        var program = Started(RunningProgram.Start(BuiltProgram.Simulator, OutputFile(), ownGroup: false, [command, "--repo", Root, .. more]));
        return (await program.ExitCodeAsync(), program.Output);
    }

    public IReadOnlyList<JsonObject> Events(string loop = "demo-loop")
    {
        var log = Loop(loop).Events;
        return File.Exists(log) ? [.. File.ReadAllText(log).Split('\n')[..^1].Select(line => JsonNode.Parse(line)!.AsObject())] : [];
    }

    public string[] EventNames(string loop = "demo-loop") => [.. Events(loop).Select(line => line["event"]!.GetValue<string>())];

    public Task EventAsync(string name, string? role = null, string loop = "demo-loop") => Eventually.Holds(
        $"event {name} {role}",
        () => Events(loop).Any(line => line.Text("event") == name && (role is null || line.Text("role") == role)));

    /// <summary>A role is at work once its process has written to its log.</summary>
    public async Task RoleAtWorkAsync(string role, int iteration = 1, string loop = "demo-loop")
    {
        await EventAsync("role_start", role, loop);
        var log = Path.Combine(Loop(loop).Logs(iteration), role + ".log");
        await Eventually.Holds($"{role} works", () => new FileInfo(log) is { Exists: true, Length: > 0 });
    }

    /// <summary>Two runs that start in the same second share a run id; a test that tells them apart waits for the next one.</summary>
    public async Task NextSecondAsync(string loop = "demo-loop")
    {
        var last = Events(loop) is [.., var line] ? line.Text("timestamp") : null;
        await Eventually.Holds("the next second", () => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) != last);
    }

    public void Dispose()
    {
        foreach (var program in _programs)
        {
            program.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private RunningProgram Started(RunningProgram program)
    {
        _programs.Add(program);
        return program;
    }

    private string OutputFile() => Path.Combine(_folder.FullName, string.Create(CultureInfo.InvariantCulture, $"output-{_programs.Count}.txt"));
}
