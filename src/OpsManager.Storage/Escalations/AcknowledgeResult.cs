using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Escalations;

/// <summary>What became of an acknowledgement. A closed set.</summary>
public abstract record AcknowledgeResult
{
    private AcknowledgeResult()
    {
    }

    /// <summary>Stored.</summary>
    /// <param name="Head">The head as it now stands.</param>
    /// <param name="Escalation">The escalation.</param>
    public sealed record Acknowledged(RunHead Head, StoredEscalation Escalation) : AcknowledgeResult;

    /// <summary>Somebody had acknowledged it before; theirs stands.</summary>
    /// <param name="Head">The head as it now stands: if it had missed the first, it has it now.</param>
    /// <param name="Escalation">The escalation.</param>
    public sealed record Repeated(RunHead Head, StoredEscalation Escalation) : AcknowledgeResult;

    /// <summary>The run has no such escalation, or is being deleted.</summary>
    public sealed record NotFound : AcknowledgeResult;
}
