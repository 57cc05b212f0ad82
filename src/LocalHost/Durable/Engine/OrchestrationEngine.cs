using System.Collections.Concurrent;
using System.Globalization;
using LocalHost.Durable.Execution;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;

namespace LocalHost.Durable.Engine;

/// <summary>
/// Executes orchestrations. The store is the truth: what is kept in memory (messages, timers, running activities) is
/// derived from it at start-up, so that a process killed at any point is continued by the next one.
/// </summary>
internal sealed partial class OrchestrationEngine : IAsyncDisposable
{
    // Together with the rows around it this stays well inside one table transaction.
    private const int MaxCharactersPerEpisode = 512 * 1024;

    private readonly IOrchestrationStore _store;
    private readonly IOrchestrationFunctions _functions;
    private readonly DataConverter _converter;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<OrchestrationEngine> _logger;
    private readonly EngineOptions _options;
    private readonly IEpisodePlayer _player;
    private readonly ConcurrentDictionary<string, InstanceActor> _actors = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly SemaphoreSlim _episodeSlots;
    private readonly SemaphoreSlim _activitySlots;
    private readonly CancellationTokenSource _killed = new();
    private readonly CancellationTokenSource _activitiesCancelled = new();
    private readonly Lock _keyGate = new();
    private readonly string _keySuffix = "-" + Guid.NewGuid().ToString("N")[..8];
    private long _lastKeyTicks;
    private volatile bool _isStarted;
    private volatile bool _isDraining;
    private int _runningActivities;

    /// <param name="observe">For whoever wants to see every episode: puts something around the player.</param>
    public OrchestrationEngine(
        IOrchestrationStore store,
        IOrchestrationFunctions functions,
        DataConverter converter,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory,
        EngineOptions options,
        Func<IEpisodePlayer, IEpisodePlayer>? observe = null)
    {
        _store = store;
        _functions = functions;
        _converter = new PayloadConverter(converter);
        _timeProvider = timeProvider;
        _options = options;
        _logger = loggerFactory.CreateLogger<OrchestrationEngine>();
        EpisodePlayer player = new(_converter, loggerFactory, new OrchestrationContextSettings(options.DefaultVersion, options.MaximumTimerInterval));
        _player = observe?.Invoke(player) ?? player;
        _episodeSlots = new SemaphoreSlim(options.MaxConcurrentOrchestrators);
        _activitySlots = new SemaphoreSlim(options.MaxConcurrentActivities);
    }

    public DataConverter Converter => _converter;

    public IOrchestrationStore Store => _store;

    public bool IsRunning => _isStarted && !_isDraining;

    public int RunningActivities => Volatile.Read(ref _runningActivities);

    /// <summary>Takes up every unfinished instance where the last process left it.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _store.InitializeAsync(cancellationToken);

        int messages = 0;
        await foreach (InboxMessage message in _store.ReadMessagesAsync(cancellationToken))
        {
            lock (_keyGate)
            {
                _lastKeyTicks = Math.Max(_lastKeyTicks, long.TryParse(message.Key.AsSpan(0, Math.Min(19, message.Key.Length)), CultureInfo.InvariantCulture, out long ticks) ? ticks : 0);
            }

            // Nobody runs the instances yet, so that each sees its messages in their order.
            _ = Actor(message.InstanceId).Post(new PendingMessage(message.Event, message.ExecutionId, message.Key));
            messages++;
        }

        List<string> unfinished = [];
        string? continuation = null;
        InstanceFilter filter = new() { Statuses = LiveStatuses };
        do
        {
            InstancePage page = await _store.QueryInstancesAsync(filter, 500, continuation, cancellationToken);
            unfinished.AddRange(page.Instances.Select(record => record.InstanceId));
            continuation = page.ContinuationToken;
        }
        while (continuation is not null);

        _isStarted = true;
        foreach (string instanceId in unfinished)
        {
            _ = Actor(instanceId).Wake();
        }

        foreach (InstanceActor actor in _actors.Values)
        {
            Run(actor);
        }

        LogRecovered(unfinished.Count, messages);
    }

    /// <summary>Lets what runs come to an end, within the configured time. The rest is for the next start.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isDraining = true;
        foreach (InstanceActor actor in _actors.Values)
        {
            actor.Dispose();
        }

        using CancellationTokenSource deadline = new(_options.ShutdownTimeout, _timeProvider);
        using CancellationTokenSource bound = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        if (!await DrainAsync(bound.Token))
        {
            LogShutdownBoundReached(RunningActivities);
            await _activitiesCancelled.CancelAsync();
            using CancellationTokenSource last = new(TimeSpan.FromSeconds(1), _timeProvider);
            await DrainAsync(last.Token);
        }

        await _killed.CancelAsync();
    }

    /// <summary>Stops without finishing or recording anything, as a killed process does.</summary>
    public void Abandon()
    {
        _isDraining = true;
        _killed.Cancel();
        _activitiesCancelled.Cancel();
        foreach (InstanceActor actor in _actors.Values)
        {
            actor.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Abandon();
        using CancellationTokenSource bound = new(TimeSpan.FromSeconds(5));
        await DrainAsync(bound.Token);
    }

    /// <summary>Waits until no episode and no activity runs: what comes next needs a message or a timer.</summary>
    public Task WhenIdleAsync(CancellationToken cancellationToken) => DrainAsync(cancellationToken);

    /// <summary>Keeps an instance from running until the result is disposed of; its messages queue up.</summary>
    public Task<IDisposable> HoldAsync(string instanceId, CancellationToken cancellationToken) => Actor(instanceId).EnterAsync(cancellationToken);

    private async Task<bool> DrainAsync(CancellationToken cancellationToken)
    {
        while (!_running.IsEmpty)
        {
            try
            {
                await Task.WhenAll(_running.Keys).WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }

        return true;
    }

    private InstanceActor Actor(string instanceId) => _actors.GetOrAdd(instanceId, id => new InstanceActor(id));

    private void Post(string instanceId, PendingMessage message)
    {
        InstanceActor actor = Actor(instanceId);
        if (actor.Post(message))
        {
            Run(actor);
        }
    }

    private void Wake(InstanceActor actor)
    {
        if (actor.Wake())
        {
            Run(actor);
        }
    }

    private void Run(InstanceActor actor)
    {
        // Before the start is complete messages only queue up; it runs every instance that has some.
        if (_isStarted && !_killed.IsCancellationRequested)
        {
            Track(() => RunInstanceAsync(actor));
        }
    }

    private void Track(Func<Task> work)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _running.TryAdd(done.Task, true);
        _ = Task.Run(async () =>
        {
            try
            {
                await work();
            }
            catch (OperationCanceledException) when (_killed.IsCancellationRequested)
            {
                // The process is going; the store has what the next one needs.
            }
            catch (Exception exception)
            {
                LogUnexpected(exception);
            }
            finally
            {
                _running.TryRemove(done.Task, out _);
                done.SetResult();
            }
        });
    }

    private async Task RunInstanceAsync(InstanceActor actor)
    {
        do
        {
            TimeSpan? delay = await RunTurnAsync(actor);
            if (delay is { } backoff)
            {
                await Task.Delay(backoff, _timeProvider, _killed.Token);
            }
        }
        while (actor.HasMore());
    }

    private async Task<TimeSpan?> RunTurnAsync(InstanceActor actor)
    {
        await _episodeSlots.WaitAsync(_killed.Token);
        try
        {
            using IDisposable turn = await actor.EnterAsync(_killed.Token);
            IReadOnlyList<PendingMessage> taken = actor.Take(_options.MaxMessagesPerEpisode, MaxCharactersPerEpisode);
            try
            {
                await RunEpisodeAsync(actor, taken);
                actor.ConsecutiveFailures = 0;
                return null;
            }
            catch (Exception exception) when (!_killed.IsCancellationRequested)
            {
                // Whether the store has the episode is unknown: read it again, and sort out there what was taken already.
                actor.State = null;
                actor.Return(taken);
                actor.Wake();
                actor.ConsecutiveFailures++;
                double seconds = Math.Min(30, 0.1 * Math.Pow(2, Math.Min(actor.ConsecutiveFailures, 10) - 1));
                LogEpisodeFailed(exception, actor.InstanceId, seconds);
                return TimeSpan.FromSeconds(seconds);
            }
        }
        finally
        {
            _episodeSlots.Release();
        }
    }

    private string NextMessageKey()
    {
        lock (_keyGate)
        {
            _lastKeyTicks = Math.Max(_lastKeyTicks + 1, _timeProvider.GetUtcNow().UtcTicks);

            // Told from those of an earlier process, whose clock may have been ahead: one that is known to be taken already is dropped.
            return _lastKeyTicks.ToString("D19", CultureInfo.InvariantCulture) + _keySuffix;
        }
    }

    private async Task SendAsync(string instanceId, string? executionId, HistoryEvent historyEvent, CancellationToken cancellationToken)
    {
        string key = NextMessageKey();
        await _store.AppendMessageAsync(new InboxMessage(instanceId, key, executionId, historyEvent), cancellationToken);
        Post(instanceId, new PendingMessage(historyEvent, executionId, key));
    }
}
