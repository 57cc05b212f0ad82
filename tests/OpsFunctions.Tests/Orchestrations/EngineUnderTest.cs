using System.Collections.Concurrent;
using System.Text.Json;
using LocalHost.Durable.Client;
using LocalHost.Durable.Engine;
using LocalHost.Durable.Execution;
using LocalHost.Durable.Storage;
using LocalHost.Tests.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OpsFunctions.Activities;
using OpsFunctions.Activities.Diagnostics;
using OpsFunctions.Activities.Polling;
using OpsFunctions.Orchestrations;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Diagnostics;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Orchestrations;

/// <summary>
/// The real orchestrator and activities over LocalHost's engine, a store and an adapter in memory and a clock that stands still.
/// History is read again before every episode, so that whatever is not deterministic shows.
/// </summary>
internal sealed class EngineUnderTest : IOrchestrationFunctions, IAsyncDisposable
{
    private static readonly string[] Functions = [nameof(PollActivity), nameof(ApplyActivity), nameof(StartRuntimeActivity), nameof(DeliverIntentActivity), nameof(TakeEventActivity), nameof(CaptureDiagnosticsActivity)];

    private readonly AppFixture _app;
    private readonly JsonDataConverter _converter = new(new JsonSerializerOptions { PropertyNameCaseInsensitive = true });
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(3));
    private readonly OrchestrationEngine _engine;
    private RunHead? _created;
    private int _polls;

    private EngineUnderTest(DurableTestModes modes)
    {
        _app = new AppFixture(compose: services => services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(Log)));
        Comparison = new EpisodeComparison(_converter);
        _engine = new OrchestrationEngine(
            new InMemoryOrchestrationStore(),
            this,
            _converter,
            _app.Time,
            Log,
            new EngineOptions { TestModes = modes with { ReloadBeforeEveryEpisode = true } },
            Comparison.Around);
        Client = new LocalDurableTaskClient(_engine, "Hub");
    }

    public EngineLog Log { get; } = new();

    /// <summary>Where the packages are, the real worker plays every episode of the orchestrator too.</summary>
    public EpisodeComparison Comparison { get; }

    public DurableTaskClient Client { get; }

    public FakeAdapter Adapter => _app.Adapter;

    public RunHead Created => _created!;

    public string InstanceId => Created.Engine.InstanceId;

    public ConcurrentQueue<string> Statuses { get; } = new();

    public ConcurrentQueue<Execution> Executions { get; } = new();

    /// <summary>Polls that were executed.</summary>
    public int Polls => Volatile.Read(ref _polls);

    /// <summary>Told before an activity runs, with its name; may throw in its stead.</summary>
    public Func<string, Task>? BeforeActivity { get; set; }

    /// <summary>A run that is being polled: nothing is open but its timer.</summary>
    public static async Task<EngineUnderTest> StartAsync(DurableTestModes? modes = null, Action<FakeAdapter>? prepare = null)
    {
        var run = new EngineUnderTest(modes ?? new DurableTestModes());
        prepare?.Invoke(run.Adapter);
        run.Adapter.Log("loop_start", "iteration_start");
        run._created = await run._app.CreateAsync();
        await run._engine.StartAsync(run._patience.Token);
        await run.EnsureStartedAsync();
        return run;
    }

    public async Task EnsureStartedAsync()
    {
        await new EngineStarter().EnsureStartedAsync(Client, await _app.HeadAsync(), _patience.Token);
        await IdleAsync();
    }

    public Task IdleAsync() => _engine.WhenIdleAsync(_patience.Token);

    public async Task AdvanceAsync(TimeSpan by)
    {
        await IdleAsync();
        _app.Time.Advance(by);
        await IdleAsync();
    }

    public async Task RaiseAsync(string name = LoopRunOrchestrator.WakeEvent, object? payload = null)
    {
        await SendAsync(name, payload);
        await IdleAsync();
    }

    public Task SendAsync(string name = LoopRunOrchestrator.WakeEvent, object? payload = null) => Client.RaiseEventAsync(InstanceId, name, payload, _patience.Token);

    /// <summary>Lets messages pile up while <paramref name="pileUp"/> runs: the instance finds them all in one batch.</summary>
    public async Task InOneBatchAsync(Func<Task> pileUp)
    {
        await IdleAsync();
        using (await _engine.HoldAsync(InstanceId, _patience.Token))
        {
            await pileUp();
        }

        await IdleAsync();
    }

    public void PassTime(TimeSpan by) => _app.Time.Advance(by);

    public async Task<OrchestrationMetadata> InstanceAsync() => (await Client.GetInstanceAsync(InstanceId, getInputsAndOutputs: true, _patience.Token))!;

    /// <summary>Lets time pass until the engine has stopped.</summary>
    public async Task PlayOutAsync()
    {
        for (var step = 0; step < 200 && (await InstanceAsync()).RuntimeStatus == OrchestrationRuntimeStatus.Running; step++)
        {
            await AdvanceAsync(TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>What became of the run, without the times, which differ with the disturbance.</summary>
    public async Task<string> OutcomeAsync()
    {
        var head = await _app.HeadAsync();
        var transitions = await _app.Store.ReadTransitionsAsync(Created.Run.Spec.RunId, 0, 100, _patience.Token);
        var events = await _app.EventsAsync();
        return $"{head.Run.Lifecycle.State} {head.Run.Lifecycle.Reason} by {string.Join(", ", transitions.Select(static step => $"{step.Number}:{step.From}->{step.To}"))}"
            + $" over {string.Join(' ', events.Select(static stored => $"{stored.Sequence}/{stored.Line}"))}";
    }

    /// <summary>Intents of the run, by their numbers.</summary>
    public async Task<IReadOnlyList<Intent>> IntentsAsync() => await _app.Store.ReadIntentsAsync(Created.Run.Spec.RunId, 0, 1000, _patience.Token);

    public async Task<IReadOnlyList<RejectedEvent>> RejectedAsync() => await _app.Store.ReadRejectedEventsAsync(Created.Run.Spec.RunId, 1000, _patience.Token);

    public Task<RunHead> HeadAsync() => _app.HeadAsync();

    public T Get<T>()
        where T : class => _app.Get<T>();

    public async Task<LifecycleState> StateAsync() => (await _app.HeadAsync()).Run.Lifecycle.State;

    /// <summary>The run that has the sprite.</summary>
    public Task<RunId?> HolderAsync() => _app.Index.FindHolderAsync(Created.Run.Spec.Sprite.Name, _patience.Token);

    public Task<IReadOnlyList<StoredDiagnostics>> DiagnosticsAsync() =>
        _app.Storage.Diagnostics.ReadAsync(Created.Run.Spec.RunId, 100, 100, _patience.Token);

    /// <summary>What holds however an engine is disturbed.</summary>
    public void AssertDisciplined()
    {
        Assert.DoesNotContain(Log.Entries, static entry => entry.Level >= LogLevel.Critical || entry.Text.Contains("not deterministic", StringComparison.Ordinal));
        Assert.DoesNotContain(Log.Entries, static entry => entry.Text.Contains("(null)", StringComparison.Ordinal));
        Assert.All(Executions, static execution =>
        {
            Assert.Equal(0, execution.OpenTimers);
            Assert.False(execution.Preserving);
            Assert.InRange(execution.InputBytes, 0, 4096);
        });
        Assert.All(Statuses, AssertReadsWell);
    }

    public bool HasOrchestrator(string name) => name == nameof(LoopRunOrchestrator);

    public bool HasActivity(string name) => Functions.Contains(name, StringComparer.Ordinal);

    public Task RunOrchestratorAsync(OrchestrationIdentity identity, Action<Func<TaskOrchestrationContext, Task<object?>>> episode, CancellationToken cancellationToken)
    {
        episode(async context =>
        {
            if (context is not LocalOrchestrationContext)
            {
                // The real worker's turn: what it asks for is compared, what it says and shows would be told twice.
                await LoopRunOrchestrator.RunAsync(context);
                return null;
            }

            var observed = new ObservedContext(context, Log, Statuses.Enqueue);
            await LoopRunOrchestrator.RunAsync(observed);
            Executions.Enqueue(observed.Ended());
            return null;
        });
        return Task.CompletedTask;
    }

    public async Task<object?> RunActivityAsync(string name, string instanceId, string input, CancellationToken cancellationToken)
    {
        if (name == nameof(PollActivity))
        {
            Interlocked.Increment(ref _polls);
        }

        if (BeforeActivity is { } told)
        {
            await told(name);
        }

        return name switch
        {
            nameof(PollActivity) => await _app.Get<PollActivity>().RunAsync(_converter.Deserialize<PollRequest>(input)!, null!),
            nameof(ApplyActivity) => await _app.Get<ApplyActivity>().RunAsync(_converter.Deserialize<ApplyCommand>(input)!, null!),
            nameof(DeliverIntentActivity) => await _app.Get<DeliverIntentActivity>().RunAsync(_converter.Deserialize<DeliverIntentRequest>(input)!, null!),
            nameof(TakeEventActivity) => await _app.Get<TakeEventActivity>().RunAsync(_converter.Deserialize<TakeEventRequest>(input)!, null!),
            nameof(CaptureDiagnosticsActivity) => await _app.Get<CaptureDiagnosticsActivity>().RunAsync(_converter.Deserialize<CaptureDiagnosticsRequest>(input)!, null!),
            _ => await _app.Get<StartRuntimeActivity>().RunAsync(_converter.Deserialize<StartRuntimeRequest>(input)!, null!),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _app.Dispose();
        _patience.Dispose();
        Comparison.AssertNoDifference();
    }

    private static void AssertReadsWell(string status)
    {
        // The engine measures UTF-16 and fails the instance above 16 KB; a list shows one flat line.
        Assert.InRange(status.Length * sizeof(char), 1, 2048);
        using var document = JsonDocument.Parse(status);
        Assert.All(document.RootElement.EnumerateObject(), static member => Assert.False(member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array, member.Name));
    }
}
