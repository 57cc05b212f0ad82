using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using OpsFunctions.Orchestrations;

namespace OpsFunctions.Tests.Support;

/// <summary>A durable client that only remembers what it was told. Safe for concurrent use.</summary>
internal sealed class FakeDurableClient(TimeProvider time) : DurableTaskClient("fake")
{
    private readonly Lock _lock = new();

    public Dictionary<string, OrchestrationMetadata> Instances { get; } = new(StringComparer.Ordinal);

    public List<(string InstanceId, EngineInput Input)> Started { get; } = [];

    public List<(string InstanceId, string Name)> Raised { get; } = [];

    public List<string> Terminated { get; } = [];

    public List<string> Purged { get; } = [];

    public List<PurgeInstancesFilter> PurgeFilters { get; } = [];

    /// <summary>Awaited before an instance's status is answered.</summary>
    public Func<string, Task>? BeforeGet { get; set; }

    /// <summary>Whether what is told to terminate goes on, as one that is wedged does.</summary>
    public bool IgnoresTermination { get; set; }

    /// <summary>Thrown by every listing and purge.</summary>
    public Exception? PurgeFailure { get; set; }

    /// <summary>Thrown by every start and event.</summary>
    public Exception? Failure { get; set; }

    public Exception? TerminateFailure { get; set; }

    public void Set(string instanceId, OrchestrationRuntimeStatus status, DateTimeOffset? createdAt = null)
    {
        lock (_lock)
        {
            Instances[instanceId] = new OrchestrationMetadata(nameof(LoopRunOrchestrator), instanceId)
            {
                RuntimeStatus = status,
                CreatedAt = createdAt ?? time.GetUtcNow(),
            };
        }
    }

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        var id = options!.InstanceId!;
        lock (_lock)
        {
            if (Instances.TryGetValue(id, out var known) && !known.IsCompleted)
            {
                throw new OrchestrationAlreadyExistsException($"{id} exists");
            }

            Started.Add((id, (EngineInput)input!));
            Set(id, OrchestrationRuntimeStatus.Running);
        }

        return Task.FromResult(id);
    }

    public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        Raised.Add((instanceId, eventName));
        return Task.CompletedTask;
    }

    public override Task TerminateInstanceAsync(string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        if (TerminateFailure is not null)
        {
            throw TerminateFailure;
        }

        lock (_lock)
        {
            Terminated.Add(instanceId);
            if (!IgnoresTermination)
            {
                Set(instanceId, OrchestrationRuntimeStatus.Terminated);
            }
        }

        return Task.CompletedTask;
    }

    public override async Task<OrchestrationMetadata?> GetInstancesAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        if (BeforeGet is { } wait)
        {
            await wait(instanceId);
        }

        lock (_lock)
        {
            return Instances.GetValueOrDefault(instanceId);
        }
    }

    public override Task<PurgeResult> PurgeInstanceAsync(string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        if (PurgeFailure is not null)
        {
            throw PurgeFailure;
        }

        lock (_lock)
        {
            if (Instances.TryGetValue(instanceId, out var known) && !known.IsCompleted)
            {
                throw new InvalidOperationException("FailedPrecondition");
            }

            Purged.Add(instanceId);
            return Task.FromResult(new PurgeResult(Instances.Remove(instanceId) ? 1 : 0));
        }
    }

    public override Task<PurgeResult> PurgeAllInstancesAsync(PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        if (PurgeFailure is not null)
        {
            throw PurgeFailure;
        }

        lock (_lock)
        {
            PurgeFilters.Add(filter);
            var ended = Instances.Values.Where(instance => instance.IsCompleted && instance.CreatedAt < filter.CreatedTo).Select(instance => instance.InstanceId).ToArray();
            foreach (var id in ended)
            {
                Instances.Remove(id);
            }

            return Task.FromResult(new PurgeResult(ended.Length, isComplete: true));
        }
    }

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        if (PurgeFailure is not null)
        {
            throw PurgeFailure;
        }

        lock (_lock)
        {
            var found = Instances.Values.Where(instance => instance.InstanceId.StartsWith(filter?.InstanceIdPrefix ?? string.Empty, StringComparison.Ordinal)).ToArray();
            return Pageable.Create((_, _, _) => Task.FromResult(new Page<OrchestrationMetadata>(found)));
        }
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
