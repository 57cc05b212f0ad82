using LocalHost.Durable.History;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Storage;

/// <summary>A row of <c>{Hub}Instances</c>: what a client sees of an instance.</summary>
internal sealed record InstanceRecord
{
    public required string InstanceId { get; init; }

    /// <summary>The current generation.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>
    /// The execution id that the start was given. It survives ContinueAsNew, so that a history which is ahead of this
    /// row can be told from the history of an instance that was overwritten by a new start.
    /// </summary>
    public required string StartId { get; init; }

    public required string Name { get; init; }

    public string Version { get; init; } = string.Empty;

    public string? Input { get; init; }

    public string? Output { get; init; }

    public string? CustomStatus { get; init; }

    public required OrchestrationRuntimeStatus RuntimeStatus { get; init; }

    public required DateTimeOffset CreatedTime { get; init; }

    public required DateTimeOffset LastUpdatedTime { get; init; }

    public DateTimeOffset? CompletedTime { get; init; }

    public DateTimeOffset? ScheduledStartTime { get; init; }

    /// <summary>Counts the starts that overwrote a finished instance.</summary>
    public int Generation { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public ParentLink? Parent { get; init; }

    public FailureRecord? FailureDetails { get; init; }

    public static IReadOnlyCollection<OrchestrationRuntimeStatus> TerminalStatuses { get; } =
    [
        OrchestrationRuntimeStatus.Completed,
        OrchestrationRuntimeStatus.Failed,
        OrchestrationRuntimeStatus.Terminated,
    ];

    public bool IsTerminal => IsTerminalStatus(RuntimeStatus);

    public static bool IsTerminalStatus(OrchestrationRuntimeStatus status) => TerminalStatuses.Contains(status);
}
