using System.Text;
using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using OpsFunctions.Activities;

namespace OpsFunctions.Tests.Orchestrations;

/// <summary>Hands everything on to the engine's context, and keeps what the orchestrator did with it.</summary>
internal sealed class ObservedContext(TaskOrchestrationContext inner, ILoggerFactory loggers, Action<string> statusSet) : TaskOrchestrationContext
{
    private readonly List<Task> _timers = [];
    private bool _continuedAsNew;
    private bool _preserving;
    private int _polls;
    private int _inputBytes;

    public override TaskName Name => inner.Name;

    public override string InstanceId => inner.InstanceId;

    public override ParentOrchestrationInstance? Parent => inner.Parent;

    public override DateTime CurrentUtcDateTime => inner.CurrentUtcDateTime;

    public override bool IsReplaying => inner.IsReplaying;

    protected override ILoggerFactory LoggerFactory => loggers;

    public Execution Ended() => new(
        _continuedAsNew,
        _preserving,
        _timers.Count(static timer => !timer.IsCompleted),
        _timers.Count(static timer => timer.IsCanceled),
        _timers.Count,
        _polls,
        _inputBytes);

    public override T? GetInput<T>()
        where T : default => inner.GetInput<T>();

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        _polls += name == nameof(PollActivity) ? 1 : 0;
        return inner.CallActivityAsync<TResult>(name, input, options);
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        var timer = inner.CreateTimer(fireAt, cancellationToken);
        _timers.Add(timer);
        return timer;
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default) =>
        inner.WaitForExternalEvent<T>(eventName, cancellationToken);

    public override void SendEvent(string instanceId, string eventName, object payload) => inner.SendEvent(instanceId, eventName, payload);

    public override void SetCustomStatus(object? customStatus)
    {
        statusSet(JsonSerializer.Serialize(customStatus));
        inner.SetCustomStatus(customStatus);
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        inner.CallSubOrchestratorAsync<TResult>(orchestratorName, input, options);

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
    {
        _continuedAsNew = true;
        _preserving = preserveUnprocessedEvents;
        _inputBytes = Encoding.UTF8.GetByteCount(JsonSerializer.Serialize(newInput));
        inner.ContinueAsNew(newInput, preserveUnprocessedEvents);
    }

    public override Guid NewGuid() => inner.NewGuid();
}
