using OpsManager.Core.Escalations;
using OpsManager.Core.Runs;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Escalations;

/// <summary>Escalations of a run, one by one.</summary>
/// <remarks>Every call may throw <see cref="StorageUnavailableException"/>; repeating it is safe.</remarks>
public interface IEscalationStore
{
    /// <summary>An escalation, or null.</summary>
    Task<StoredEscalation?> FindAsync(RunId runId, long number, CancellationToken cancellationToken);

    /// <summary>
    /// Notes who takes care of an escalation, on its row and, while it is open or may come back, on the head, in one transaction. The first
    /// one stands. One that is resolved for good may be acknowledged too, for the record.
    /// </summary>
    Task<AcknowledgeResult> AcknowledgeAsync(RunId runId, long number, Acknowledgement acknowledgement, CancellationToken cancellationToken);
}
