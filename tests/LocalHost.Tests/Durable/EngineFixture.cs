using System.Text.Json;
using LocalHost.Durable.Client;
using LocalHost.Durable.Engine;
using LocalHost.Durable.Execution;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Time.Testing;

namespace LocalHost.Tests.Durable;

/// <summary>An engine over delegates, with a clock that stands still until it is advanced.</summary>
internal sealed class EngineFixture : IOrchestrationFunctions, IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, Func<TaskOrchestrationContext, Task<object?>>> _orchestrators = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Func<string, CancellationToken, Task<object?>>> _activities = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _patience = new(Patience);

    public EngineFixture(IOrchestrationStore? store = null, EngineOptions? options = null, FakeTimeProvider? time = null, string hub = "Hub")
    {
        Store = store ?? new InMemoryOrchestrationStore();
        Time = time ?? new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Options = options ?? new EngineOptions { TestModes = new DurableTestModes { ReloadBeforeEveryEpisode = true } };
        Engine = CreateEngine(Store);
        Client = new LocalDurableTaskClient(Engine, hub);
    }

    public IOrchestrationStore Store { get; private set; }

    public FakeTimeProvider Time { get; }

    public EngineOptions Options { get; }

    public RecordingLoggerFactory Logs { get; } = new();

    /// <summary>Where the packages are, the real worker plays every episode too.</summary>
    public EpisodeComparison Comparison { get; } = new(Converter);

    public OrchestrationEngine Engine { get; private set; }

    public LocalDurableTaskClient Client { get; private set; }

    public CancellationToken Cancellation => _patience.Token;

    public static JsonDataConverter Converter { get; } = new(new JsonSerializerOptions { PropertyNameCaseInsensitive = true });

    public void Orchestrator(string name, Func<TaskOrchestrationContext, Task<object?>> body) => _orchestrators[name] = body;

    public void Activity(string name, Func<string, object?> body) => _activities[name] = (input, _) => Task.FromResult(body(input));

    public void Activity(string name, Func<string, CancellationToken, Task<object?>> body) => _activities[name] = body;

    public async Task<EngineFixture> StartedAsync()
    {
        await Engine.StartAsync(Cancellation);
        return this;
    }

    public async Task<string> StartAsync(string name, object? input = null, string instanceId = "i1")
    {
        string id = await Client.ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions { InstanceId = instanceId }, Cancellation);
        await IdleAsync();
        return id;
    }

    public async Task RaiseAsync(string eventName, object? payload = null, string instanceId = "i1")
    {
        await Client.RaiseEventAsync(instanceId, eventName, payload, Cancellation);
        await IdleAsync();
    }

    public Task IdleAsync() => Engine.WhenIdleAsync(Cancellation);

    public async Task AdvanceAsync(TimeSpan by)
    {
        await IdleAsync();
        Time.Advance(by);
        await IdleAsync();
    }

    public async Task<OrchestrationMetadata> GetAsync(string instanceId = "i1")
        => await Client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, Cancellation)
            ?? throw new InvalidOperationException($"There is no instance '{instanceId}'.");

    public async Task<IReadOnlyList<HistoryEvent>> HistoryAsync(string instanceId = "i1")
        => (await Store.GetCheckpointAsync(instanceId, Cancellation))!.Checkpoint.History;

    public async Task<IReadOnlyList<HistoryEventType>> HistoryTypesAsync(string instanceId = "i1")
        => (await HistoryAsync(instanceId)).Select(historyEvent => historyEvent.EventType).ToList();

    /// <summary>Kills the engine, as the process would be, and starts another one.</summary>
    public async Task RestartAsync(IOrchestrationStore? store = null)
    {
        await Engine.DisposeAsync();
        Store = store ?? Store;
        Engine = CreateEngine(Store);
        Client = new LocalDurableTaskClient(Engine, "Hub");
        await Engine.StartAsync(Cancellation);
        await IdleAsync();
    }

    public bool HasOrchestrator(string name) => _orchestrators.ContainsKey(name);

    public bool HasActivity(string name) => _activities.ContainsKey(name);

    public Task RunOrchestratorAsync(OrchestrationIdentity identity, Action<Func<TaskOrchestrationContext, Task<object?>>> episode, CancellationToken cancellationToken)
    {
        episode(_orchestrators[identity.Name]);
        return Task.CompletedTask;
    }

    public Task<object?> RunActivityAsync(string name, string instanceId, string input, CancellationToken cancellationToken)
        => _activities[name](input, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        _patience.Dispose();
        Comparison.AssertNoDifference();
    }

    private OrchestrationEngine CreateEngine(IOrchestrationStore store)
        => new(store, this, Converter, Time, Logs, Options, Comparison.Around);
}
