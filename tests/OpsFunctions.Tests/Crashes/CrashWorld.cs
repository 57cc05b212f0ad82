using System.Text.Json;
using System.Text.Json.Nodes;
using LocalHost.Durable.Client;
using LocalHost.Durable.Engine;
using LocalHost.Durable.Execution;
using LocalHost.Durable.Storage;
using LocalHost.Tests.Durable;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using OpsFunctions.Activities;
using OpsFunctions.Activities.Diagnostics;
using OpsFunctions.Activities.Polling;
using OpsFunctions.Http;
using OpsFunctions.Orchestrations;
using OpsFunctions.Tests.Support;
using OpsFunctions.Timers;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage;
using OpsManager.Storage.Configuration;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Crashes;

/// <summary>
/// The whole manager over one store, one loop and a clock that a test moves, of which one write goes wrong. What fails is repeated by
/// whoever would repeat it: the client its request, the engine its activity, a timer its tick.
/// </summary>
internal sealed class CrashWorld : IOrchestrationFunctions, IAsyncDisposable
{
    public static readonly SpriteName Sprite = SpriteName.Parse("sprite-a");

    // Enough for every deadline on the way, and too few to wait for one that nobody should have to wait for.
    private const int StepsAtMost = 240;
    private static readonly TimeSpan StepTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TickTime = TimeSpan.FromMinutes(1);
    private static readonly string[] Functions = [nameof(PollActivity), nameof(ApplyActivity), nameof(StartRuntimeActivity), nameof(DeliverIntentActivity), nameof(TakeEventActivity), nameof(CaptureDiagnosticsActivity)];

    private readonly JsonDataConverter _converter = new(new JsonSerializerOptions { PropertyNameCaseInsensitive = true });
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(5));
    private readonly WriteFaults _faults = new();
    private readonly List<AppFixture> _processes = [];
    private readonly List<string> _asked = [];
    private readonly Crash? _crash;
    private readonly TestTime _time;
    private readonly FakeAdapter _adapter;
    private readonly EpisodeComparison _comparison;
    private readonly OrchestrationEngine _engine;
    private readonly LocalDurableTaskClient _client;
    private AppFixture _app;
    private DateTimeOffset _nextTick;
    private LifecycleStatus? _ended;

    private CrashWorld(IStorageGateway rows, TestTime time, Crash? crash)
    {
        (Rows, _time, _crash) = (rows, time, crash);
        Storage = RunStorage.Over(new FaultyStorageGateway(rows, _faults), time, IsolationPolicies.OneRunPerSprite);
        if (crash is not null)
        {
            _faults.Plan(crash.Write, crash.Fault);
        }

        _adapter = new FakeAdapter(time);
        Loop = new LoopOnSprite(_adapter);
        _app = NewProcess();

        // The run without a crash is also compared with the real worker; more than a thousand crashed ones would cost minutes and show nothing new.
        _comparison = new EpisodeComparison(_converter) { IsOn = crash is null };
        _engine = new OrchestrationEngine(new InMemoryOrchestrationStore(), this, _converter, time, NullLoggerFactory.Instance, new EngineOptions(), _comparison.Around);
        _client = new LocalDurableTaskClient(_engine, "Hub");
        _nextTick = time.GetUtcNow() + TickTime;
    }

    public LoopOnSprite Loop { get; }

    /// <summary>What is stored, without the faults.</summary>
    public IStorageGateway Rows { get; }

    public RunStorage Storage { get; }

    public DurableTaskClient Client => _client;

    /// <summary>Lines of the loop's log.</summary>
    public long Lines => _adapter.LineCount;

    public long Writes => _faults.Writes;

    /// <summary>The write that went wrong.</summary>
    public string? Struck => _faults.Struck;

    /// <summary>Ids of the intents that were accepted.</summary>
    public IReadOnlyList<string> Asked => _asked;

    public DateTimeOffset Now => _time.GetUtcNow();

    public RunId RunId { get; private set; }

    private bool HasStruck => Struck is not null;

    public static async Task<CrashWorld> StartAsync(IStorageGateway rows, TestTime time, Crash? crash)
    {
        var world = new CrashWorld(rows, time, crash);
        await world._engine.StartAsync(world._patience.Token);
        return world;
    }

    public async Task CreateAsync(string launch)
    {
        var answer = await RequestAsync(
            "POST",
            "/api/runs",
            new JsonObject
            {
                ["loopId"] = Samples.Loop.Value,
                ["launch"] = launch,
                ["sprite"] = new JsonObject { ["name"] = Sprite.Value, ["endpoint"] = "http://adapter.test:8080" },
            },
            "create",
            request => _app.Get<RunsFunctions>().CreateAsync(request, _client));
        RunId = RunId.Parse(answer.Json["runId"]!.GetValue<string>());
    }

    public async Task AskAsync(string verb)
    {
        var answer = await RequestAsync(
            "POST",
            $"/api/runs/{RunId}/intents",
            new JsonObject { ["verb"] = verb },
            $"{verb}-{_asked.Count}",
            request => _app.Get<IntentsFunctions>().AskAsync(request, _client, RunId.Value));
        _asked.Add(answer.Json["id"]!.GetValue<string>());
    }

    /// <summary>Deletes the run, and lets the reaper come by until nothing is left to do.</summary>
    public async Task DeleteAsync()
    {
        await RequestAsync("DELETE", $"/api/runs/{RunId}", null, null, request => _app.Get<DeleteRunFunctions>().DeleteAsync(request, RunId.Value));
        for (var tick = 0; tick < 10; tick++)
        {
            _time.Advance(TickTime);
            await TickAsync();
        }
    }

    /// <summary>The engine of the run dies without a word.</summary>
    public async Task LoseEngineAsync()
    {
        await IdleAsync();
        await _client.TerminateInstanceAsync((await HeadAsync()).Engine.InstanceId, (object)"lost", _patience.Token);
        await IdleAsync();
    }

    /// <summary>Lets time pass until the run is as wanted.</summary>
    public async Task UntilAsync(string what, Func<RunHead, bool> reached)
    {
        for (var step = 0; step < StepsAtMost; step++)
        {
            await IdleAsync();
            var head = await HeadAsync();
            await ObserveAsync(head);
            if (reached(head))
            {
                return;
            }

            await StepAsync();
        }

        var now = (await HeadAsync()).Run;
        Assert.Fail($"Not {what} after {StepsAtMost} steps: {now.Lifecycle.State} {now.Lifecycle.Reason}, open: {string.Join(", ", now.Intents.Select(static open => $"{open.Verb} {open.Status}"))}");
    }

    /// <summary>Lets time pass until the run is over and its engine has stopped, and a little longer.</summary>
    public async Task OverAsync()
    {
        await UntilAsync("ended", static head => head.Run.Lifecycle.State.IsTerminal() && head.Run.Intents.Count == 0);
        for (var step = 0; step < StepsAtMost && (await EngineAsync((await HeadAsync()).Engine))?.IsCompleted == false; step++)
        {
            await StepAsync();
        }

        for (var tick = 0; tick < 3; tick++)
        {
            _time.Advance(TickTime);
            await TickAsync();
            await ObserveAsync(await HeadAsync());
        }
    }

    /// <summary>An engine that was replaced is refused.</summary>
    public async Task AssertFencedAsync(int generation)
    {
        var head = await HeadAsync();
        Assert.True(head.Engine.Generation > generation, $"engine {head.Engine.Generation}");
        Assert.IsType<WriteResult.Fenced>(await Storage.Store.RecordPollAsync(head, EngineRef.For(RunId, generation), new PollRecord(head.Poll with { Cycle = head.Poll.Cycle + 1 }, head.Log, null), _patience.Token));
    }

    public async Task<RunHead> HeadAsync() => await Storage.Store.FindAsync(RunId, _patience.Token) ?? throw new InvalidOperationException($"Run {RunId} is gone.");

    public Task<OrchestrationMetadata?> EngineAsync(EngineRef engine) => _client.GetInstanceAsync(engine.InstanceId, _patience.Token);

    public bool HasOrchestrator(string name) => name == nameof(LoopRunOrchestrator);

    public bool HasActivity(string name) => Functions.Contains(name, StringComparer.Ordinal);

    public Task RunOrchestratorAsync(OrchestrationIdentity identity, Action<Func<TaskOrchestrationContext, Task<object?>>> episode, CancellationToken cancellationToken)
    {
        episode(static async context =>
        {
            await LoopRunOrchestrator.RunAsync(context);
            return null;
        });
        return Task.CompletedTask;
    }

    public async Task<object?> RunActivityAsync(string name, string instanceId, string input, CancellationToken cancellationToken)
    {
        if (_crash is not { Dies: true })
        {
            return await RunActivityAsync(name, input);
        }

        while (true)
        {
            if (await TryAsync(() => RunActivityAsync(name, input)) is { Done: true } run)
            {
                return run.Result;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _processes.ForEach(static process => process.Dispose());
        _patience.Dispose();
        _comparison.AssertNoDifference();
    }

    private async Task<object?> RunActivityAsync(string name, string input) => name switch
    {
        nameof(PollActivity) => await _app.Get<PollActivity>().RunAsync(_converter.Deserialize<PollRequest>(input)!, null!),
        nameof(ApplyActivity) => await _app.Get<ApplyActivity>().RunAsync(_converter.Deserialize<ApplyCommand>(input)!, null!),
        nameof(DeliverIntentActivity) => await _app.Get<DeliverIntentActivity>().RunAsync(_converter.Deserialize<DeliverIntentRequest>(input)!, null!),
        nameof(TakeEventActivity) => await _app.Get<TakeEventActivity>().RunAsync(_converter.Deserialize<TakeEventRequest>(input)!, null!),
        nameof(CaptureDiagnosticsActivity) => await _app.Get<CaptureDiagnosticsActivity>().RunAsync(_converter.Deserialize<CaptureDiagnosticsRequest>(input)!, null!),
        _ => await _app.Get<StartRuntimeActivity>().RunAsync(_converter.Deserialize<StartRuntimeRequest>(input)!, null!),
    };

    private Task IdleAsync() => _engine.WhenIdleAsync(_patience.Token);

    private async Task StepAsync()
    {
        await IdleAsync();
        _time.Advance(StepTime);
        await IdleAsync();
        if (Now >= _nextTick)
        {
            await TickAsync();
        }
    }

    /// <summary>The timers of the app. One that fails comes again.</summary>
    private async Task TickAsync()
    {
        _nextTick = Now + TickTime;
        await TryAsync(() => _app.Get<Watchdog>().TickAsync(_client, _patience.Token));
        await IdleAsync();
        await TryAsync(() => _app.Get<Reaper>().TickAsync(_client, _patience.Token));
        await IdleAsync();
    }

    /// <summary>Asks until there is an answer, always with the same key.</summary>
    private async Task<Answer> RequestAsync(string method, string path, JsonObject? body, string? key, Func<HttpRequest, Task<IResult>> function)
    {
        (string, string)[] headers = key is null ? [] : [("Idempotency-Key", key), ("X-Ops-Actor", "ann")];
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var request = _app.Request(method, path, body, headers);
            var (done, answer) = await TryAsync(() => Answer.OfAsync(function(request), request));
            if (done)
            {
                Assert.True(answer!.Status == StatusCodes.Status202Accepted, $"{method} {path}: {answer.Status} {answer.Text}");
                await IdleAsync();
                return answer;
            }
        }

        throw new InvalidOperationException($"{method} {path} was never answered.");
    }

    /// <summary>Does something. Not done means that it failed, or that the process died under it, whatever its code made of that.</summary>
    private async Task<(bool Done, T? Result)> TryAsync<T>(Func<Task<T>> work)
    {
        var before = HasStruck;
        try
        {
            var result = await work();
            if (_crash is not { Dies: true } || before == HasStruck)
            {
                return (true, result);
            }
        }
        catch (SimulatedCrashException)
        {
            // Whoever called does it again.
        }

        if (_crash is { Dies: true })
        {
            _app = NewProcess();
        }

        return (false, default);
    }

    /// <summary>What holds at every moment.</summary>
    private async Task ObserveAsync(RunHead head)
    {
        var lifecycle = head.Run.Lifecycle;
        if (_ended is not null)
        {
            Assert.Equal((_ended.State, _ended.Reason, _ended.Since), (lifecycle.State, lifecycle.Reason, lifecycle.Since));
        }
        else if (lifecycle.State.IsTerminal())
        {
            _ended = lifecycle;
        }

        if (lifecycle.Quiescence != Quiescence.Proven)
        {
            Assert.Equal(RunId, await Storage.Index.FindHolderAsync(Sprite, _patience.Token));
            Assert.Contains(await Storage.Index.ListActiveAsync(_patience.Token), run => run.RunId == RunId);
        }
    }

    /// <summary>A process that knows nothing of the ones before it.</summary>
    private AppFixture NewProcess()
    {
        var process = new AppFixture(compose: services =>
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time));
            services.Replace(ServiceDescriptor.Singleton<IAdapterClient>(_adapter));
            services.Replace(ServiceDescriptor.Singleton(Storage.Store));
            services.Replace(ServiceDescriptor.Singleton(Storage.Index));
            services.Replace(ServiceDescriptor.Singleton(Storage.Purge));
            services.Replace(ServiceDescriptor.Singleton(Storage.Diagnostics));
            services.Replace(ServiceDescriptor.Singleton(Storage.Escalations));
            services.Replace(ServiceDescriptor.Singleton(Storage.Notifications));
        });
        _processes.Add(process);
        return process;
    }
}
