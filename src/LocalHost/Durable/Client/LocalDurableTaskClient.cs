using Grpc.Core;
using LocalHost.Durable.Engine;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Client;

/// <summary>The client that functions are given. Errors are those that the real client lets through from gRPC.</summary>
internal sealed class LocalDurableTaskClient(OrchestrationEngine engine, string taskHub) : DurableTaskClient(taskHub)
{
    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        StartRequest request = new(
            orchestratorName.Name,
            options?.InstanceId,
            engine.Converter.Serialize(input),
            options?.Version?.Version,
            options?.StartAt,
            options?.Tags ?? new Dictionary<string, string>(),
            options?.DedupeStatuses?.Select(Enum.Parse<OrchestrationRuntimeStatus>).ToList() ?? []);
        return Mapped(() => engine.StartInstanceAsync(request, cancellation));
    }

    public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        string? payload = engine.Converter.Serialize(eventPayload);
        return Mapped(() => engine.RaiseEventAsync(instanceId, eventName, payload, cancellation));
    }

    public override async Task<OrchestrationMetadata> WaitForInstanceStartAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
        => ToMetadata(await engine.WaitAsync(instanceId, record => record.RuntimeStatus != OrchestrationRuntimeStatus.Pending, cancellation), getInputsAndOutputs);

    public override async Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
        => ToMetadata(await engine.WaitAsync(instanceId, record => record.IsTerminal, cancellation), getInputsAndOutputs);

    public override Task TerminateInstanceAsync(string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        string? output = engine.Converter.Serialize(options?.Output);
        return Mapped(() => engine.TerminateAsync(instanceId, output, options?.Recursive ?? false, cancellation));
    }

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
        => Mapped(() => engine.SuspendAsync(instanceId, reason, cancellation));

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
        => Mapped(() => engine.ResumeAsync(instanceId, reason, cancellation));

    public override async Task<OrchestrationMetadata?> GetInstancesAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
        => await engine.Store.GetInstanceAsync(instanceId, cancellation) is { } record ? ToMetadata(record, getInputsAndOutputs) : null;

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        filter ??= new OrchestrationQuery();
        InstanceFilter instanceFilter = new()
        {
            CreatedFrom = filter.CreatedFrom,
            CreatedTo = filter.CreatedTo,
            Statuses = filter.Statuses?.ToList() ?? [],
            InstanceIdPrefix = filter.InstanceIdPrefix,
        };

        // Another hub's name filters everything out; it does not open that hub.
        bool isOtherHub = filter.TaskHubNames is { } hubs && hubs.Any() && !hubs.Contains(Name, StringComparer.OrdinalIgnoreCase);
        return Pageable.Create<OrchestrationMetadata>(async (continuation, pageSizeHint, cancellation) =>
        {
            if (isOtherHub)
            {
                return new Page<OrchestrationMetadata>([]);
            }

            InstancePage page = await engine.Store.QueryInstancesAsync(instanceFilter, pageSizeHint ?? filter.PageSize, continuation ?? filter.ContinuationToken, cancellation);
            return new Page<OrchestrationMetadata>(
                page.Instances.Select(record => ToMetadata(record, filter.FetchInputsAndOutputs)).ToList(),
                page.ContinuationToken);
        });
    }

    public override async Task<PurgeResult> PurgeInstanceAsync(string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        bool purged = await Mapped(() => engine.PurgeAsync(instanceId, options?.Recursive ?? false, cancellation));
        return new PurgeResult(purged ? 1 : 0);
    }

    public override async Task<PurgeResult> PurgeAllInstancesAsync(PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        List<OrchestrationRuntimeStatus> statuses = filter.Statuses?.ToList() ?? [];
        if (statuses.Exists(status => !InstanceRecord.IsTerminalStatus(status)))
        {
            throw new ArgumentException("Only instances that have ended can be purged.", nameof(filter));
        }

        using CancellationTokenSource timeout = new(filter.Timeout ?? Timeout.InfiniteTimeSpan);
        InstanceFilter instanceFilter = new()
        {
            CreatedFrom = filter.CreatedFrom,
            CreatedTo = filter.CreatedTo,
            Statuses = statuses.Count > 0 ? statuses : InstanceRecord.TerminalStatuses,
        };
        int count = 0;
        string? continuation = null;
        do
        {
            InstancePage page = await engine.Store.QueryInstancesAsync(instanceFilter, OrchestrationQuery.DefaultPageSize, continuation, cancellation);
            foreach (InstanceRecord record in page.Instances)
            {
                if (timeout.IsCancellationRequested)
                {
                    return new PurgeResult(count, isComplete: false);
                }

                count += (await PurgeInstanceAsync(record.InstanceId, options, cancellation)).PurgedInstanceCount;
            }

            continuation = page.ContinuationToken;
        }
        while (continuation is not null);

        return new PurgeResult(count, isComplete: true);
    }

    public override async Task<string> RestartAsync(string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        InstanceRecord record = await engine.Store.GetInstanceAsync(instanceId, cancellation)
            ?? throw new ArgumentException($"There is no orchestration instance with the id '{instanceId}'.", nameof(instanceId));
        if (!restartWithNewInstanceId && !record.IsTerminal)
        {
            throw new InvalidOperationException($"The orchestration instance '{instanceId}' is {record.RuntimeStatus} and cannot be restarted under its own id.");
        }

        StartRequest request = new(
            record.Name,
            restartWithNewInstanceId ? null : instanceId,
            record.Input,
            record.Version,
            null,
            record.Tags ?? new Dictionary<string, string>(),
            []);
        return await engine.StartInstanceAsync(request, cancellation);
    }

    public override async Task<Page<string>> ListInstanceIdsAsync(
        IEnumerable<OrchestrationRuntimeStatus>? runtimeStatus = null,
        DateTimeOffset? completedTimeFrom = null,
        DateTimeOffset? completedTimeTo = null,
        int pageSize = OrchestrationQuery.DefaultPageSize,
        string? lastInstanceKey = null,
        CancellationToken cancellation = default)
    {
        InstanceFilter filter = new() { Statuses = runtimeStatus?.ToList() ?? InstanceRecord.TerminalStatuses };
        InstancePage page = await engine.Store.QueryInstancesAsync(filter, pageSize, lastInstanceKey, cancellation);
        List<string> ids = page.Instances
            .Where(record => (completedTimeFrom is null || record.CompletedTime >= completedTimeFrom)
                && (completedTimeTo is null || record.CompletedTime <= completedTimeTo))
            .Select(record => record.InstanceId)
            .ToList();
        return new Page<string>(ids, page.ContinuationToken);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<T> Mapped<T>(Func<Task<T>> operation)
    {
        try
        {
            return await operation();
        }
        catch (InstanceNotFoundException exception)
        {
            throw new RpcException(new Status(StatusCode.NotFound, exception.Message, exception));
        }
        catch (InstanceStateException exception)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, exception.Message, exception));
        }
    }

    private static async Task Mapped(Func<Task> operation)
    {
        await Mapped(async () =>
        {
            await operation();
            return true;
        });
    }

    private OrchestrationMetadata ToMetadata(InstanceRecord record, bool getInputsAndOutputs) => new(record.Name, record.InstanceId)
    {
        RuntimeStatus = record.RuntimeStatus,
        CreatedAt = record.CreatedTime,
        LastUpdatedAt = record.LastUpdatedTime,
        Tags = record.Tags ?? new Dictionary<string, string>(),
        FailureDetails = record.FailureDetails?.ToTaskFailureDetails(),
        DataConverter = getInputsAndOutputs ? engine.Converter : null,
        SerializedInput = getInputsAndOutputs ? record.Input : null,
        SerializedOutput = getInputsAndOutputs ? record.Output : null,
        SerializedCustomStatus = getInputsAndOutputs ? record.CustomStatus : null,
    };
}
