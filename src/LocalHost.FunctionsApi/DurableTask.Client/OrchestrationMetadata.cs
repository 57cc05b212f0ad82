using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace Microsoft.DurableTask.Client;

public sealed class OrchestrationMetadata
{
    public OrchestrationMetadata(string name, string instanceId)
    {
        Name = name;
        InstanceId = instanceId;
    }

    public string Name { get; }

    public string InstanceId { get; }

    public DataConverter? DataConverter { get; init; }

    public OrchestrationRuntimeStatus RuntimeStatus { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset LastUpdatedAt { get; init; }

    public string? SerializedInput { get; init; }

    public string? SerializedOutput { get; init; }

    public string? SerializedCustomStatus { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = ImmutableDictionary.Create<string, string>();

    public TaskFailureDetails? FailureDetails { get; init; }

    public bool IsRunning => RuntimeStatus == OrchestrationRuntimeStatus.Running;

    public bool IsCompleted => RuntimeStatus is OrchestrationRuntimeStatus.Completed
        or OrchestrationRuntimeStatus.Failed
        or OrchestrationRuntimeStatus.Terminated;

    public T? ReadInputAs<T>()
    {
        RequireInputsAndOutputs();
        return DataConverter.Deserialize<T>(SerializedInput);
    }

    public T? ReadOutputAs<T>()
    {
        RequireInputsAndOutputs();
        return DataConverter.Deserialize<T>(SerializedOutput);
    }

    public T? ReadCustomStatusAs<T>()
    {
        RequireInputsAndOutputs();
        return DataConverter.Deserialize<T>(SerializedCustomStatus);
    }

    public override string ToString()
    {
        StringBuilder text = new($"[Name: '{Name}', ID: '{InstanceId}', RuntimeStatus: {RuntimeStatus},"
            + $" CreatedAt: {CreatedAt:s}, LastUpdatedAt: {LastUpdatedAt:s}");
        if (SerializedInput is not null)
        {
            text.Append(", Input: '").Append(Trim(SerializedInput)).Append('\'');
        }

        if (SerializedOutput is not null)
        {
            text.Append(", Output: '").Append(Trim(SerializedOutput)).Append('\'');
        }

        if (FailureDetails is not null)
        {
            text.Append(", FailureDetails: '").Append(FailureDetails.ErrorType).Append(" - ").Append(Trim(FailureDetails.ErrorMessage)).Append('\'');
        }

        return text.Append(']').ToString();
    }

    [MemberNotNull(nameof(DataConverter))]
    private void RequireInputsAndOutputs([CallerMemberName] string? method = null)
    {
        if (DataConverter is null)
        {
            throw new InvalidOperationException(
                $"The {method} method can only be used on {nameof(OrchestrationMetadata)} objects that are fetched with the option to include input and output data.");
        }
    }

    private static string Trim(string payload)
    {
        const int MaxLength = 50;
        return payload.Length > MaxLength ? string.Concat(payload.AsSpan(0, MaxLength), "...") : payload;
    }
}
