using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Storage;

internal sealed record InstanceFilter
{
    public DateTimeOffset? CreatedFrom { get; init; }

    public DateTimeOffset? CreatedTo { get; init; }

    public IReadOnlyCollection<OrchestrationRuntimeStatus> Statuses { get; init; } = [];

    public string? InstanceIdPrefix { get; init; }

    public bool Matches(InstanceRecord record)
        => (CreatedFrom is null || record.CreatedTime >= CreatedFrom)
            && (CreatedTo is null || record.CreatedTime <= CreatedTo)
            && (Statuses.Count == 0 || Statuses.Contains(record.RuntimeStatus))
            && (InstanceIdPrefix is null || record.InstanceId.StartsWith(InstanceIdPrefix, StringComparison.Ordinal));
}
