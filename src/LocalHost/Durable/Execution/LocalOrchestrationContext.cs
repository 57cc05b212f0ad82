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
    private readonly OrchestrationIdentity identity;
    private readonly DataConverter converter;
    private readonly ILoggerFactory loggerFactory;
    private readonly ILogger logger;
    private readonly OrchestrationContextSettings settings;

    private readonly Dictionary<int, OpenTask> openTasks = [];
    private readonly Dictionary<string, EventWaiter> eventWaiters = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Queue<string?>> eventBuffer = new(StringComparer.OrdinalIgnoreCase);

    private int nextTaskId;
    private int guidCounter;
    private int threadId;
    private int foreignAccesses;
    private bool isReplaying;
    private DateTime currentUtcDateTime;
    private object? customStatus;
    private bool preserveUnprocessedEvents;
    private PendingContinueAsNew? continueAsNew;

    public LocalOrchestrationContext(
        OrchestrationIdentity identity,
        DataConverter converter,
        ILoggerFactory loggerFactory,
        OrchestrationContextSettings settings)
    {
        this.identity = identity;
        this.converter = converter;
        this.loggerFactory = loggerFactory;
        this.settings = settings;
        logger = loggerFactory.CreateLogger<LocalOrchestrationContext>();
    }

    public override TaskName Name => identity.Name;

    public override string InstanceId => identity.InstanceId;

    public override ParentOrchestrationInstance? Parent
        => identity.Parent is { } parent ? new ParentOrchestrationInstance(parent.Name, parent.InstanceId) : null;

    public override string Version => identity.Version;

    public override DateTime CurrentUtcDateTime
    {
        get
        {
            EnsureOrchestratorThread();
            return currentUtcDateTime;
        }
    }

    public override bool IsReplaying => isReplaying;

    /// <summary>The serialised input, for a parameter that receives it.</summary>
    public string? RawInput => identity.Input;

    protected override ILoggerFactory LoggerFactory => loggerFactory;

    public override T? GetInput<T>()
        where T : default
    {
        EnsureOrchestratorThread();
        return identity.Input is null ? default : converter.Deserialize<T>(identity.Input);
    }

    public override async Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        EnsureOrchestratorThread();
        if (input is TaskOptions && options is null)
        {
            throw new ArgumentException(
                $"A {nameof(TaskOptions)} value was given as the activity's input, and none for {nameof(options)}.",
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
        string version = options?.Version is { } requested ? requested.Version : settings.DefaultVersion;
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
        while (finalFireAt - currentUtcDateTime > settings.MaximumTimerInterval && !cancellationToken.IsCancellationRequested)
        {
            await CreateSingleTimerAsync(currentUtcDateTime + settings.MaximumTimerInterval, cancellationToken);
        }

        await CreateSingleTimerAsync(finalFireAt, cancellationToken);
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        EnsureOrchestratorThread();
        if (eventWaiters.TryGetValue(eventName, out EventWaiter? existing) && existing.PayloadType != typeof(T))
        {
            throw new ArgumentException(
                $"Events with the same name must have the same type argument. Expected {existing.PayloadType.FullName} but was requested {typeof(T).FullName}.",
                nameof(eventName));
        }

        TypedEventWaiter<T> waiter = new() { Next = existing };
        eventWaiters[eventName] = waiter;

        if (eventBuffer.TryGetValue(eventName, out Queue<string?>? buffered))
        {
            string? payload = buffered.Dequeue();
            if (buffered.Count == 0)
            {
                eventBuffer.Remove(eventName);
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
        SendRawEvent(instanceId, eventName, converter.Serialize(payload));
    }

    public override void SetCustomStatus(object? customStatus)
    {
        EnsureOrchestratorThread();
        this.customStatus = customStatus;
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
        => ContinueAsNew(new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        EnsureOrchestratorThread();
        ArgumentNullException.ThrowIfNull(options);

        continueAsNew = new PendingContinueAsNew(
            converter.Serialize(options.NewInput),
            string.IsNullOrWhiteSpace(options.NewVersion) ? null : options.NewVersion);
        preserveUnprocessedEvents = options.PreserveUnprocessedEvents;

        if (preserveUnprocessedEvents)
        {
            foreach ((string eventName, Queue<string?> payloads) in eventBuffer)
            {
                foreach (string? payload in payloads)
                {
                    SendRawEvent(InstanceId, eventName, payload);
                }
            }

            eventBuffer.Clear();
        }
    }

    public override Guid NewGuid()
    {
        EnsureOrchestratorThread();
        return DeterministicGuid.Create(InstanceId, currentUtcDateTime, guidCounter++);
    }

    private async Task<TResult> ScheduleActivityAsync<TResult>(string name, string version, object? input, IDictionary<string, string>? tags)
    {
        string payload = converter.Serialize(input) ?? "null";
        int id = nextTaskId++;
        actions.Add(id, new OrchestratorAction.ScheduleActivity(id, name, version, $"[{payload}]", tags?.ToImmutableDictionary()));
        return await OpenAsync<TResult>(id, new OpenTask(TaskKind.Activity, name, version, default));
    }

    private async Task<TResult> CreateSubOrchestrationAsync<TResult>(string name, string version, string instanceId, object? input, IDictionary<string, string>? tags)
    {
        string? payload = converter.Serialize(input);
        int id = nextTaskId++;
        actions.Add(id, new OrchestratorAction.CreateSubOrchestration(id, name, version, instanceId, payload, tags?.ToImmutableDictionary()));
        return await OpenAsync<TResult>(id, new OpenTask(TaskKind.SubOrchestration, name, version, default));
    }

    private async Task<TResult> OpenAsync<TResult>(int id, OpenTask task)
    {
        openTasks.Add(id, task);
        string? outcome = await task.Source.Task;
        return outcome is null ? default! : converter.Deserialize<TResult>(outcome)!;
    }

    private async Task CreateSingleTimerAsync(DateTime fireAt, CancellationToken cancellationToken)
    {
        int id = nextTaskId++;
        actions.Add(id, new OrchestratorAction.CreateTimer(id, fireAt));
        OpenTask task = new(TaskKind.Timer, null, null, fireAt);
        openTasks.Add(id, task);

        // Cancelling leaves no trace in the history: replay repeats it.
        cancellationToken.Register(() =>
        {
            if (task.Source.TrySetCanceled())
            {
                openTasks.Remove(id);
            }
        });
        await task.Source.Task;
    }

    private void SendRawEvent(string instanceId, string eventName, string? payload)
    {
        int id = nextTaskId++;
        actions.Add(id, new OrchestratorAction.SendEvent(id, instanceId, eventName, payload));
    }

    private void RaiseEvent(HistoryEvent raised)
    {
        if (continueAsNew is not null)
        {
            // Goes straight into the next generation's history, whether or not events are preserved.
            continueAsNew.CarryoverEvents.Add(raised);
            return;
        }

        DeliverEvent(raised.Name!, raised.Input);
    }

    private void DeliverEvent(string eventName, string? payload)
    {
        if (!eventWaiters.TryGetValue(eventName, out EventWaiter? waiter))
        {
            if (!eventBuffer.TryGetValue(eventName, out Queue<string?>? queue))
            {
                eventBuffer.Add(eventName, queue = new Queue<string?>());
            }

            queue.Enqueue(payload);
            return;
        }

        if (waiter.Next is null)
        {
            eventWaiters.Remove(eventName);
        }
        else
        {
            eventWaiters[eventName] = waiter.Next;
        }

        object? value;
        try
        {
            value = converter.Deserialize(payload, waiter.PayloadType);
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or NotSupportedException or InvalidOperationException)
        {
            waiter.Fail(exception);
            return;
        }

        if (!waiter.TryComplete(value) && !isReplaying)
        {
            LogEventSwallowed(logger, InstanceId, eventName);
        }
    }

    private void EnsureOrchestratorThread()
    {
        if (Environment.CurrentManagedThreadId != threadId)
        {
            Interlocked.Increment(ref foreignAccesses);
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
