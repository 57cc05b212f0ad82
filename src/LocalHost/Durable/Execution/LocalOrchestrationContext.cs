using System.Collections.Immutable;
using LocalHost.Durable.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using CoreExceptions = DurableTask.Core.Exceptions;

namespace LocalHost.Durable.Execution;

/// <summary>
/// The orchestrator's view of one episode. It lives for one episode only: the next one replays the history into a new
/// context. Public behaviour follows the Durable Task worker, including what is unpleasant about it.
/// </summary>
internal sealed partial class LocalOrchestrationContext : TaskOrchestrationContext
{
    private readonly OrchestrationIdentity _identity;
    private readonly DataConverter _converter;
    private readonly ILoggerFactory _loggerFactory;
    private readonly ILogger _logger;
    private readonly OrchestrationContextSettings _settings;

    private readonly Dictionary<int, OpenTask> _openTasks = [];
    private readonly Dictionary<string, EventWaiter> _eventWaiters = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Queue<string?>> _eventBuffer = new(StringComparer.OrdinalIgnoreCase);

    private int _nextTaskId;
    private int _guidCounter;
    private int _threadId;
    private int _foreignAccesses;
    private bool _isReplaying;
    private DateTime _currentUtcDateTime;
    private object? _customStatus;
    private bool _preserveUnprocessedEvents;
    private PendingContinueAsNew? _continueAsNew;

    public LocalOrchestrationContext(
        OrchestrationIdentity identity,
        DataConverter converter,
        ILoggerFactory loggerFactory,
        OrchestrationContextSettings settings)
    {
        _identity = identity;
        _converter = converter;
        _loggerFactory = loggerFactory;
        _settings = settings;
        _logger = loggerFactory.CreateLogger<LocalOrchestrationContext>();
    }

    public override TaskName Name => _identity.Name;

    public override string InstanceId => _identity.InstanceId;

    public override ParentOrchestrationInstance? Parent
        => _identity.Parent is { } parent ? new ParentOrchestrationInstance(parent.Name, parent.InstanceId) : null;

    public override string Version => _identity.Version;

    public override DateTime CurrentUtcDateTime
    {
        get
        {
            EnsureOrchestratorThread();
            return _currentUtcDateTime;
        }
    }

    public override bool IsReplaying => _isReplaying;

    /// <summary>The serialised input, for a parameter that receives it.</summary>
    public string? RawInput => _identity.Input;

    protected override ILoggerFactory LoggerFactory => _loggerFactory;

    public override T? GetInput<T>()
        where T : default
    {
        EnsureOrchestratorThread();
        return _identity.Input is null ? default : _converter.Deserialize<T>(_identity.Input);
    }

    public override async Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        EnsureOrchestratorThread();
        if (input is TaskOptions && options is null)
        {
            throw new ArgumentException(
                $"A {nameof(TaskOptions)} value was provided for the activity input but no value was provided for {nameof(options)}. Did you actually mean to provide a {nameof(TaskOptions)} value for the {nameof(options)} parameter?",
                nameof(input));
        }

        string version = options?.Version is { } requested ? requested.Version : Version;
        try
        {
            return await CallWithRetry(() => ScheduleActivityAsync<TResult>(name.Name, version, input, options?.Tags), name.Name, options?.Retry);
        }
        catch (CoreExceptions.TaskFailedException exception)
        {
            throw new TaskFailedException(name, exception.ScheduleId, exception);
        }
    }

    public override async Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        EnsureOrchestratorThread();
        string instanceId = (options as SubOrchestrationOptions)?.InstanceId ?? NewGuid().ToString("N");
        string version = options?.Version is { } requested ? requested.Version : _settings.DefaultVersion;
        try
        {
            return await CallWithRetry(
                () => CreateSubOrchestrationAsync<TResult>(orchestratorName.Name, version, instanceId, input, options?.Tags),
                orchestratorName.Name,
                options?.Retry);
        }
        catch (CoreExceptions.SubOrchestrationFailedException exception)
        {
            // Built from the exception where there are no details, as for an instance id that is already in use.
            throw exception.FailureDetails is null
                ? new TaskFailedException(orchestratorName, exception.ScheduleId, exception)
                : new TaskFailedException(orchestratorName, exception.ScheduleId, TaskFailureDetails.FromException(exception));
        }
    }

    public override async Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        EnsureOrchestratorThread();

        // An unspecified kind counts as local time, as in the real worker.
        DateTime finalFireAt = fireAt.ToUniversalTime();
        while (finalFireAt - _currentUtcDateTime > _settings.MaximumTimerInterval && !cancellationToken.IsCancellationRequested)
        {
            await CreateSingleTimerAsync(_currentUtcDateTime + _settings.MaximumTimerInterval, cancellationToken);
        }

        await CreateSingleTimerAsync(finalFireAt, cancellationToken);
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        EnsureOrchestratorThread();
        if (_eventWaiters.TryGetValue(eventName, out EventWaiter? existing) && existing.PayloadType != typeof(T))
        {
            // Names no parameter, as in the real worker: the text is the instance's visible output.
#pragma warning disable MA0015
            throw new ArgumentException($"Events with the same name must have the same type argument. Expected {existing.PayloadType.FullName} but was requested {typeof(T).FullName}.");
#pragma warning restore MA0015
        }

        TypedEventWaiter<T> waiter = new() { Next = existing };
        _eventWaiters[eventName] = waiter;

        if (_eventBuffer.TryGetValue(eventName, out Queue<string?>? buffered))
        {
            string? payload = buffered.Dequeue();
            if (buffered.Count == 0)
            {
                _eventBuffer.Remove(eventName);
            }

            DeliverEvent(eventName, payload);
        }

        // The registration lives as long as the episode's context; its source may be disposed before.
        cancellationToken.Register(() => waiter.Cancel(cancellationToken));
        return waiter.Task;
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        EnsureOrchestratorThread();
        ArgumentException.ThrowIfNullOrWhiteSpace(instanceId);
        SendRawEvent(instanceId, eventName, _converter.Serialize(payload));
    }

    public override void SetCustomStatus(object? customStatus)
    {
        EnsureOrchestratorThread();
        _customStatus = customStatus;
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
        => ContinueAsNew(new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        EnsureOrchestratorThread();
        ArgumentNullException.ThrowIfNull(options);

        _continueAsNew = new PendingContinueAsNew(
            _converter.Serialize(options.NewInput),
            string.IsNullOrWhiteSpace(options.NewVersion) ? null : options.NewVersion);
        _preserveUnprocessedEvents = options.PreserveUnprocessedEvents;

        if (_preserveUnprocessedEvents)
        {
            foreach ((string eventName, Queue<string?> payloads) in _eventBuffer)
            {
                foreach (string? payload in payloads)
                {
                    SendRawEvent(InstanceId, eventName, payload);
                }
            }

            _eventBuffer.Clear();
        }
    }

    public override Guid NewGuid()
    {
        EnsureOrchestratorThread();
        return DeterministicGuid.Create(InstanceId, _currentUtcDateTime, _guidCounter++);
    }

    private async Task<TResult> ScheduleActivityAsync<TResult>(string name, string version, object? input, IDictionary<string, string>? tags)
    {
        string payload = _converter.Serialize(input) ?? "null";
        int id = _nextTaskId++;
        _actions.Add(id, new OrchestratorAction.ScheduleActivity(id, name, version, $"[{payload}]", tags?.ToImmutableDictionary()));
        return await OpenAsync<TResult>(id, new OpenTask(TaskKind.Activity, name, version, default));
    }

    private async Task<TResult> CreateSubOrchestrationAsync<TResult>(string name, string version, string instanceId, object? input, IDictionary<string, string>? tags)
    {
        string? payload = _converter.Serialize(input);
        int id = _nextTaskId++;
        _actions.Add(id, new OrchestratorAction.CreateSubOrchestration(id, name, version, instanceId, payload, tags?.ToImmutableDictionary()));
        return await OpenAsync<TResult>(id, new OpenTask(TaskKind.SubOrchestration, name, version, default));
    }

    private async Task<TResult> OpenAsync<TResult>(int id, OpenTask task)
    {
        _openTasks.Add(id, task);
        string? outcome = await task.Source.Task;
        return outcome is null ? default! : _converter.Deserialize<TResult>(outcome)!;
    }

    private async Task CreateSingleTimerAsync(DateTime fireAt, CancellationToken cancellationToken)
    {
        int id = _nextTaskId++;
        _actions.Add(id, new OrchestratorAction.CreateTimer(id, fireAt));
        OpenTask task = new(TaskKind.Timer, null, null, fireAt);
        _openTasks.Add(id, task);

        // Cancelling leaves no trace in the history: replay repeats it.
        cancellationToken.Register(() =>
        {
            if (task.Source.TrySetCanceled())
            {
                _openTasks.Remove(id);
            }
        });
        await task.Source.Task;
    }

    private void SendRawEvent(string instanceId, string eventName, string? payload)
    {
        int id = _nextTaskId++;
        _actions.Add(id, new OrchestratorAction.SendEvent(id, instanceId, eventName, payload));
    }

    private void RaiseEvent(HistoryEvent raised)
    {
        if (_continueAsNew is not null)
        {
            // Goes straight into the next generation's history, whether or not events are preserved.
            _continueAsNew.CarryoverEvents.Add(raised);
            return;
        }

        DeliverEvent(raised.Name!, raised.Input);
    }

    // A payload that its waiter cannot take is nobody's to catch: it throws here and fails the episode, unless it comes out of the buffer
    // into the orchestrator's own call.
    private void DeliverEvent(string eventName, string? payload)
    {
        while (_eventWaiters.TryGetValue(eventName, out EventWaiter? waiter))
        {
            if (waiter.Next is null)
            {
                _eventWaiters.Remove(eventName);
            }
            else
            {
                _eventWaiters[eventName] = waiter.Next;
            }

            // One that was cancelled or has timed out takes nothing; the event goes on to the one before it.
            if (waiter.TryComplete(_converter.Deserialize(payload, waiter.PayloadType)))
            {
                return;
            }
        }

        if (_preserveUnprocessedEvents)
        {
            // The buffer was sent on when the orchestrator asked to continue as new; what comes after goes the same way.
            SendRawEvent(InstanceId, eventName, payload);
            return;
        }

        if (!_eventBuffer.TryGetValue(eventName, out Queue<string?>? queue))
        {
            _eventBuffer.Add(eventName, queue = new Queue<string?>());
        }

        queue.Enqueue(payload);
    }

    private void EnsureOrchestratorThread()
    {
        if (Environment.CurrentManagedThreadId != _threadId)
        {
            Interlocked.Increment(ref _foreignAccesses);
            throw new InvalidOperationException(
                "An invalid asynchronous invocation was detected. An orchestrator may await only tasks of its own context, and on its own thread.");
        }
    }

    private sealed record OpenTask(TaskKind Kind, string? Name, string? Version, DateTime FireAt)
    {
        public TaskCompletionSource<string?> Source { get; } = new();
    }

    private enum TaskKind
    {
        Activity,
        SubOrchestration,
        Timer,
    }

    private sealed record PendingContinueAsNew(string? Input, string? NewVersion)
    {
        public List<HistoryEvent> CarryoverEvents { get; } = [];
    }
}
