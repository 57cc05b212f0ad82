using System.Text.Json;
using System.Text.Json.Nodes;
using OpsManager.SuperloopSimulator.Posix;
using OpsManager.SuperloopSimulator.Scenario;

namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>The runtime process: <c>superloop.sh run</c>.</summary>
internal sealed class Leader
{
    private readonly RunRequest _request;
    private readonly SimulatedRuntime _scenario;
    private readonly Pace _pace;
    private readonly ArtifactWriter _files;
    private readonly string _state;
    private readonly string _activeRun;
    private JsonObject _config = [];

    public Leader(RunRequest request)
    {
        _request = request;
        _scenario = ScenarioFiles.Find(request.Repository, request.ScenarioPath);
        _pace = Pace.Of(_scenario, request.Speed);
        _files = new ArtifactWriter(_pace, _scenario.Pacing.WriteGapMs);
        _state = LoopFolder.StateOf(request.Repository);
        _activeRun = LoopFolder.ActiveRunOf(request.Repository);
    }

    public async Task<int> RunAsync()
    {
        if (!File.Exists(_request.ConfigPath))
        {
            throw RuntimeExit.Die($"config not found: {_request.ConfigPath}");
        }

        await ValidateAsync();
        var loops = _config["loops"] is JsonArray list ? list.Select((loop, index) => new ConfiguredLoop(loop!.AsObject(), index)).ToArray() : [];
        if (loops.Length == 0)
        {
            throw RuntimeExit.Die("config has no loops");
        }

        RefuseWhenActive();
        if (_request.Loop is not null && loops.All(loop => loop.Id != _request.Loop))
        {
            throw RuntimeExit.Die($"loop id not found: {_request.Loop}");
        }

        using var trap = new ExitTrap(_activeRun);
        await WriteActiveRunAsync(_request.Loop, "run_start");
        await _pace.WaitAsync(_scenario.Pacing.LoopStartMs / 2.0);
        foreach (var loop in loops.Where(loop => _request.Loop is null || loop.Id == _request.Loop))
        {
            await WriteActiveRunAsync(loop.Id, "loop_start");
            var end = await new LoopRunner(_request.Repository, loop, _config, _scenario, _pace, _files, trap).RunAsync();
            if (end.Stops)
            {
                return end.ExitCode;
            }

            if (_request.Loop is not null)
            {
                await WriteStateAsync(_files, _state, _pace, loop.Index, 1, loop.Id, active: false);
                return 0;
            }
        }

        await WriteStateAsync(_files, _state, _pace, loops.Length, 0, "", active: false);
        Console.WriteLine("All loops complete.");
        return 0;
    }

    public static Task WriteStateAsync(ArtifactWriter files, string path, Pace pace, int loopIndex, int iteration, string loopId, bool active, Action? whileEmpty = null) =>
        files.RewriteAsync(
            path,
            JsonText.Pretty(new JsonObject
            {
                ["active"] = active,
                ["loop_index"] = loopIndex,
                ["iteration"] = iteration,
                ["current_loop_id"] = loopId,
                ["updated_at"] = pace.Timestamp,
            }),
            whileEmpty: whileEmpty);

    private async Task ValidateAsync()
    {
        JsonNode? config = null;
        try
        {
            config = JsonNode.Parse(await File.ReadAllTextAsync(_request.ConfigPath));
        }
        catch (JsonException)
        {
            // Reported below, as any other invalid configuration.
        }

        if (!_request.SkipValidation)
        {
            Console.WriteLine("Validating config before starting loop...");
        }

        await _pace.WaitAsync(_scenario.Pacing.StartMs);
        if (config is not JsonObject members || (!_request.SkipValidation && _scenario.Loops.Any(loop => loop.Refuses == StartRefusal.Validation)))
        {
            Console.WriteLine("\nConfig validation failed. Fix errors above or use --skip-validate to bypass.");
            throw new RuntimeExit(1);
        }

        _config = members;
        if (!_request.SkipValidation)
        {
            Console.WriteLine("Config validation passed.\n");
        }
    }

    /// <summary>Only the files decide; that nobody may be alive behind them makes no difference.</summary>
    private void RefuseWhenActive()
    {
        if (!File.Exists(_state))
        {
            return;
        }

        var text = File.ReadAllText(_state);
        JsonObject? state = null;
        if (!string.IsNullOrWhiteSpace(text))
        {
            try
            {
                state = JsonNode.Parse(text) as JsonObject;
            }
            catch (JsonException error)
            {
                throw new RuntimeExit(2, $"jq: parse error: {error.Message}");
            }
        }

        // An empty file counts as active, with no loop named in it.
        if (state.Flag("active") == false)
        {
            return;
        }

        var active = state.Text("current_loop_id") ?? "";
        if (_request.Loop is null)
        {
            Console.Error.WriteLine("Error: A loop is already running (state.json shows active: true)\n");
            Console.Error.WriteLine("To start a new loop run:\n  1. Stop the running loop first, OR\n  2. Reset the state manually:");
            Console.Error.WriteLine($"     echo '{{\"active\": false, \"loop_index\": 0, \"iteration\": 0}}' > {_state}");
            throw new RuntimeExit(1);
        }

        if (active.Length > 0 && active == _request.Loop)
        {
            Console.Error.WriteLine($"Error: loop '{active}' is already running (reentrant run blocked)\n\nActive loop id from state: {active}\nState file: {_state}\n");
            Console.Error.WriteLine("Wait for the active run to finish, or clear stale state only if you are sure no run is active.");
            throw new RuntimeExit(1);
        }
    }

    private Task WriteActiveRunAsync(string? loopId, string stage)
    {
        var pid = Environment.ProcessId;
        var crashes = _scenario.Loops.Where(loop => loopId is null || loop.Id == loopId).SelectMany(loop => loop.Crashes).ToArray();
        return _files.RewriteAsync(
            _activeRun,
            JsonText.Pretty(new JsonObject
            {
                ["repo"] = _request.Repository,
                ["pid"] = pid,
                ["pgid"] = Native.ProcessGroupOf(0),
                ["loop_id"] = loopId,
                ["iteration"] = 1,
                ["stage"] = stage,
                ["updated_at"] = _pace.Timestamp,
            }),
            _scenario.Pacing.ActiveRunGapMs,
            () => new CrashPlan(crashes, 1).Check("active-run.json", CrashMoment.During));
    }
}
