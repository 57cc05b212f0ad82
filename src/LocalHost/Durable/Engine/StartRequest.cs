using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Engine;

/// <param name="InstanceId">Null for a random one.</param>
/// <param name="DedupeStatuses">Existing instances in one of these block the start, besides those that the host always protects.</param>
internal sealed record StartRequest(
    string Name,
    string? InstanceId,
    string? Input,
    string? Version,
    DateTimeOffset? StartAt,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<OrchestrationRuntimeStatus> DedupeStatuses);
