using OpsManager.Storage.Configuration;
using OpsManager.Storage.Diagnostics;
using OpsManager.Storage.Escalations;
using OpsManager.Storage.Index;
using OpsManager.Storage.Notifications;
using OpsManager.Storage.Purging;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.InMemory;

/// <summary>
/// The whole storage in memory, for tests: the same logic as on Azure Storage over rows in memory, with faults where a test wants them.
/// It keeps nothing outside its rows, so that going on with it after a <see cref="SimulatedCrashException"/> is a restart of the process.
/// </summary>
public sealed class InMemoryRunStorage
{
    private InMemoryRunStorage(RunStorage storage, InMemoryStorageGateway rows, WriteFaults faults, StorageCalls calls)
    {
        Store = storage.Store;
        Index = storage.Index;
        Purge = storage.Purge;
        Diagnostics = storage.Diagnostics;
        Escalations = storage.Escalations;
        Notifications = storage.Notifications;
        Rows = rows;
        Faults = faults;
        Calls = calls;
    }

    /// <summary>The runs.</summary>
    public IRunStore Store { get; }

    /// <summary>The list and the claims.</summary>
    public IRunIndex Index { get; }

    /// <summary>Deletes runs.</summary>
    public IRunPurge Purge { get; }

    /// <summary>Diagnostics of runs.</summary>
    public IDiagnosticsStore Diagnostics { get; }

    /// <summary>Escalations, one by one.</summary>
    public IEscalationStore Escalations { get; }

    /// <summary>What has to be told to somebody.</summary>
    public INotificationStore Notifications { get; }

    /// <summary>Which writes go wrong.</summary>
    public WriteFaults Faults { get; }

    /// <summary>What was asked of it.</summary>
    public StorageCalls Calls { get; }

    /// <summary>What is stored, without the faults.</summary>
    internal InMemoryStorageGateway Rows { get; }

    /// <summary>Writes a blob that no row names, as a process leaves it that died before the row.</summary>
    public void PutBlob(string name) => Rows.PutBlob(name, [0]);

    /// <summary>An empty one.</summary>
    /// <param name="time">The clock; the system's if null.</param>
    /// <param name="isolationPolicy">One of <see cref="IsolationPolicies"/>.</param>
    public static InMemoryRunStorage Create(TimeProvider? time = null, string isolationPolicy = IsolationPolicies.OneRunPerSprite)
    {
        var rows = new InMemoryStorageGateway(time);
        var faults = new WriteFaults();
        var calls = new StorageCalls();
        var storage = RunStorage.Over(new CountingStorageGateway(new FaultyStorageGateway(rows, faults), calls), time ?? TimeProvider.System, isolationPolicy);
        return new InMemoryRunStorage(storage, rows, faults, calls);
    }
}
