namespace LocalHost.Durable.Storage;

internal sealed record InstancePage(IReadOnlyList<InstanceRecord> Instances, string? ContinuationToken);
