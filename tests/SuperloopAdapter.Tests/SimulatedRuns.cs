using System.Reflection;
using System.Text.Json;
using OpsManager.Contract;
using SuperloopAdapter.Control;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Tests;

/// <summary>
/// A repository whose runs are played by the simulator: the runtime's processes, files and signals are real. With the environment
/// variable <c>SUPERLOOP_PATH</c> a real <c>superloop.sh</c> takes its place, with agents that need no model.
/// </summary>
internal sealed class SimulatedRuns : IDisposable
{
    private static readonly string Folder = typeof(SimulatedRuns).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "SimulatorFolder").Value!;

    public const string RealVariable = "SUPERLOOP_PATH";

    // A real run takes seconds before its first event, and some more after each iteration.
    private readonly CancellationTokenSource bound = new(TimeSpan.FromSeconds(RealSuperloop is null ? 60 : 240));

    private SimulatedRuns(TempRepository repository)
    {
        Repository = repository;
        Adapter = Open();
    }

    /// <summary>Path of a real runtime; null when the simulator is to be used.</summary>
    public static string? RealSuperloop { get; } =
        Environment.GetEnvironmentVariable(RealVariable) is { Length: > 0 } path ? Path.GetFullPath(path) : null;

    /// <summary>The runtime that is launched.</summary>
    public static string Superloop { get; } = RealSuperloop ?? Simulator;

    private static string Simulator => Path.Combine(Folder, "superloop.sh");

    public TempRepository Repository { get; }

    public Adapter Adapter { get; private set; }

    public static async Task<SimulatedRuns> PrepareAsync(string loops, double speed = 10)
    {
        var repository = new TempRepository();
        var scenario = Path.Combine(repository.Path, "scenario.json");
        await File.WriteAllTextAsync(scenario, $$"""{"speed":{{speed}},"loops":{{loops}}}""");
        var runs = new SimulatedRuns(repository);
        await runs.CommandAsync("prepare", "--scenario", scenario);
        if (RealSuperloop is not null)
        {
            await RealRepository.PrepareAsync(repository.Path, loops, speed);
        }

        return runs;
    }

    /// <summary>Runs a command of the simulator to its end.</summary>
    public async Task<int> CommandAsync(string command, params string[] more)
    {
        using var process = RealProcess.Start(command == "prepare" ? Simulator : Superloop, null, [command, "--repo", Repository.Path, .. more]);
        var output = process.Process.StandardOutput.ReadToEndAsync(bound.Token);
        _ = await process.Process.StandardError.ReadToEndAsync(bound.Token);
        _ = await output;
        await process.Process.WaitForExitAsync(bound.Token);
        return process.Process.ExitCode;
    }

    /// <summary>Another adapter on the same repository, as after a restart.</summary>
    public Adapter Open(ControlBounds? bounds = null) => new(
        Repository.Path, new ProcfsTable(), TimeProvider.System, new LaunchOptions(Superloop, []), bounds: bounds ?? new ControlBounds { Grace = TimeSpan.FromSeconds(1) });

    public void Restart()
    {
        Adapter.Dispose();
        Adapter = Open();
    }

    public async Task<StartedProcess> StartAsync(string runId, int attempt = 1, long order = 1, int generation = 1) => JsonSerializer.Deserialize(
        await Adapter.StartAsync(new StartRequest { RunId = runId, Attempt = attempt, Generation = generation, Order = order, LoopId = TempRepository.LoopId }, bound.Token),
        ContractJsonContext.Default.StartResponse)!.Started!;

    public static ControlRequest Request(string intent, string? runId = null, long? order = null, string? key = null, string? intentId = null) => new()
    {
        LoopId = TempRepository.LoopId,
        Intent = intent,
        RunId = runId,
        Generation = runId is null ? null : 1,
        Order = order,
        IdempotencyKey = key,
        IntentId = intentId,
        By = "alice",
    };

    public Task<ControlAnswer> ControlAsync(ControlRequest request) => Adapter.ControlAsync(request, bound.Token);

    public Task<ControlAnswer> ControlAsync(string intent, string? runId = null, long? order = null) => ControlAsync(Request(intent, runId, order));

    public async Task<LoopRunSnapshot> SnapshotAsync() =>
        JsonSerializer.Deserialize(await Adapter.SnapshotAsync(TempRepository.LoopId, null, bound.Token), ContractJsonContext.Default.LoopRunSnapshot)!;

    public string[] Events() => File.Exists(Repository.LogPath)
        ? [.. File.ReadAllLines(Repository.LogPath).Select(static l => JsonDocument.Parse(l).RootElement.GetProperty("event").GetString()!)]
        : [];

    /// <summary>Waits until a role is at work. The event comes before it, and the runtime's own short-lived helpers are children, too.</summary>
    public async Task UntilRoleAsync()
    {
        var processes = new ProcfsTable();
        await UntilAsync(() => Task.FromResult(Living().Any(p => processes.ArgumentsOf(p.Pid) is var arguments
            && (RealSuperloop is null ? arguments.Contains("role") : arguments.Any(static a => a.EndsWith("/agent.sh", StringComparison.Ordinal))))));
        await UntilAsync(static s => s.Ext!.Process!.LiveChildren > 0);
    }

    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(5, bound.Token);
        }
    }

    public Task UntilEventAsync(string name, int count = 1) => UntilAsync(() => Task.FromResult(Events().Count(e => e == name) >= count));

    public async Task<LoopRunSnapshot> UntilAsync(Func<LoopRunSnapshot, bool> condition)
    {
        while (true)
        {
            if (await SnapshotAsync() is var snapshot && condition(snapshot))
            {
                return snapshot;
            }

            await Task.Delay(5, bound.Token);
        }
    }

    /// <summary>Everything alive that works for this repository, whatever its group or parent.</summary>
    public IReadOnlyList<ProcessEntry> Living()
    {
        var processes = new ProcfsTable();
        return [.. processes.Read()!.Where(p => p.Lives && p.Pid != Environment.ProcessId && processes.ArgumentsOf(p.Pid).Any(a => a.Contains(Repository.Path, StringComparison.Ordinal)))];
    }

    public void Dispose()
    {
        foreach (var process in Living())
        {
            new LinuxSignals().Send(process, ProcessSignal.Kill);
        }

        // A supervisor writes its last record after the leader is gone.
        SpinWait.SpinUntil(() => Living().Count == 0, TimeSpan.FromSeconds(5));
        Adapter.Dispose();
        bound.Dispose();
        Repository.Dispose();
    }
}
