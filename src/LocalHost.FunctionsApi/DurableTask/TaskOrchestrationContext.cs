using Microsoft.DurableTask.Abstractions;
using Microsoft.Extensions.Logging;

namespace Microsoft.DurableTask;

public abstract class TaskOrchestrationContext
{
    private ILoggerFactory? replaySafeLoggerFactory;

    public abstract TaskName Name { get; }

    public abstract string InstanceId { get; }

    public abstract ParentOrchestrationInstance? Parent { get; }

    public abstract DateTime CurrentUtcDateTime { get; }

    public abstract bool IsReplaying { get; }

    public virtual string Version => string.Empty;

    public virtual IReadOnlyDictionary<string, object?> Properties { get; } = new Dictionary<string, object?>();

    public virtual ILoggerFactory ReplaySafeLoggerFactory => replaySafeLoggerFactory ??= new ReplaySafeFactory(this);

    protected abstract ILoggerFactory LoggerFactory { get; }

    public abstract T? GetInput<T>();

    public virtual Task CallActivityAsync(TaskName name, object? input = null, TaskOptions? options = null)
        => CallActivityAsync<object>(name, input, options);

    public virtual Task CallActivityAsync(TaskName name, TaskOptions options)
        => CallActivityAsync(name, null, options);

    public virtual Task<TResult> CallActivityAsync<TResult>(TaskName name, TaskOptions options)
        => CallActivityAsync<TResult>(name, null, options);

    public abstract Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null);

    public virtual Task CreateTimer(TimeSpan delay, CancellationToken cancellationToken)
    {
        DateTime fireAt = CurrentUtcDateTime.Add(delay);
        return CreateTimer(fireAt, cancellationToken);
    }

    public abstract Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken);

    public abstract Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default);

    public Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout)
    {
        return WaitForExternalEvent<T>(eventName, timeout, CancellationToken.None);
    }

    public async Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timerCancellation = new();
        Task timeoutTask = CreateTimer(timeout, timerCancellation.Token);

        using CancellationTokenSource eventCancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<T> eventTask = WaitForExternalEvent<T>(eventName, eventCancellation.Token);

        // Cancelled synchronously: an orchestrator may only continue on its own thread.
        Task winner = await Task.WhenAny(timeoutTask, eventTask);
        if (winner == eventTask)
        {
            Cancel(timerCancellation);
        }
        else
        {
            Cancel(eventCancellation);
        }

        return await eventTask;

        static void Cancel(CancellationTokenSource source) => source.Cancel();
    }

    public abstract void SendEvent(string instanceId, string eventName, object payload);

    public abstract void SetCustomStatus(object? customStatus);

    public abstract Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null);

    public virtual Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, TaskOptions options)
        => CallSubOrchestratorAsync<TResult>(orchestratorName, null, options);

    public virtual Task CallSubOrchestratorAsync(TaskName orchestratorName, TaskOptions options)
        => CallSubOrchestratorAsync(orchestratorName, null, options);

    public virtual Task CallSubOrchestratorAsync(TaskName orchestratorName, object? input = null, TaskOptions? options = null)
        => CallSubOrchestratorAsync<object>(orchestratorName, input, options);

    public abstract void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true);

    public virtual void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ContinueAsNew(options.NewInput, options.PreserveUnprocessedEvents);
    }

    public abstract Guid NewGuid();

    public virtual ILogger CreateReplaySafeLogger(string categoryName)
        => new ReplaySafeLogger(this, GetUnwrappedLoggerFactory().CreateLogger(categoryName));

    public virtual ILogger CreateReplaySafeLogger(Type type)
        => new ReplaySafeLogger(this, GetUnwrappedLoggerFactory().CreateLogger(type));

    public virtual ILogger CreateReplaySafeLogger<T>()
        => new ReplaySafeLogger(this, GetUnwrappedLoggerFactory().CreateLogger<T>());

    public virtual int CompareVersionTo(string version)
        => TaskOrchestrationVersioningUtils.CompareVersions(Version, version);

    private ILoggerFactory GetUnwrappedLoggerFactory()
    {
        // A context that wraps another may hand out the inner one's replay-safe factory as its own.
        ILoggerFactory loggerFactory = LoggerFactory;
        for (int depth = 0; loggerFactory is ReplaySafeFactory wrapped; depth++)
        {
            if (depth == 10)
            {
                throw new InvalidOperationException("The underlying ILoggerFactory cannot be resolved: LoggerFactory refers to itself.");
            }

            loggerFactory = wrapped.Underlying;
        }

        return loggerFactory;
    }

    private sealed class ReplaySafeLogger(TaskOrchestrationContext context, ILogger logger) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!context.IsReplaying)
            {
                logger.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }

    private sealed class ReplaySafeFactory(TaskOrchestrationContext context) : ILoggerFactory
    {
        internal ILoggerFactory Underlying => context.LoggerFactory;

        public ILogger CreateLogger(string categoryName)
            => new ReplaySafeLogger(context, context.GetUnwrappedLoggerFactory().CreateLogger(categoryName));

        public void AddProvider(ILoggerProvider provider)
            => throw new NotSupportedException("Adding providers to the replay-safe logger factory is not supported.");

        public void Dispose()
        {
            // The wrapped factory belongs to the host.
        }
    }
}
