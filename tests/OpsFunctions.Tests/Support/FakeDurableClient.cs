using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using OpsFunctions.Orchestrations;

namespace OpsFunctions.Tests.Support;

/// <summary>A durable client that only remembers what it was told.</summary>
internal sealed class FakeDurableClient(TimeProvider time) : DurableTaskClient("fake")
{
    public Dictionary<string, OrchestrationMetadata> Instances { get; } = new(StringComparer.Ordinal);

    public List<(string InstanceId, EngineInput Input)> Started { get; } = [];

    public List<(string InstanceId, string Name)> Raised { get; } = [];

    public List<string> Terminated { get; } = [];

    /// <summary>Thrown by every start and event.</summary>
    public Exception? Failure { get; set; }

    public Exception? TerminateFailure { get; set; }

    public void Set(string instanceId, OrchestrationRuntimeStatus status, DateTimeOffset? createdAt = null) =>
        Instances[instanceId] = new OrchestrationMetadata(nameof(LoopRunOrchestrator), instanceId)
        {
            RuntimeStatus = status,
            CreatedAt = createdAt ?? time.GetUtcNow(),
        };

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        var id = options!.InstanceId!;
        if (Instances.TryGetValue(id, out var known) && !known.IsCompleted)
        {
            throw new OrchestrationAlreadyExistsException($"{id} exists");
        }

        Started.Add((id, (EngineInput)input!));
        Set(id, OrchestrationRuntimeStatus.Running);
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

        Terminated.Add(instanceId);
        Set(instanceId, OrchestrationRuntimeStatus.Terminated);
        return Task.CompletedTask;
    }

    public override Task<OrchestrationMetadata?> GetInstancesAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        Task.FromResult(Instances.GetValueOrDefault(instanceId));

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) => throw new NotSupportedException();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
