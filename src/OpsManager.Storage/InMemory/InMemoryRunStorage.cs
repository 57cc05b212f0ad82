using OpsManager.Storage.Configuration;
using OpsManager.Storage.Escalations;
using OpsManager.Storage.Index;
using OpsManager.Storage.Notifications;
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

    /// <summary>An empty one.</summary>
    /// <param name="time">The clock; the system's if null.</param>
    /// <param name="isolationPolicy">One of <see cref="IsolationPolicies"/>.</param>
    public static InMemoryRunStorage Create(TimeProvider? time = null, string isolationPolicy = IsolationPolicies.OneRunPerSprite)
    {
        var rows = new InMemoryStorageGateway();
        var faults = new WriteFaults();
        var calls = new StorageCalls();
        var storage = RunStorage.Over(new CountingStorageGateway(new FaultyStorageGateway(rows, faults), calls), time ?? TimeProvider.System, isolationPolicy);
        return new InMemoryRunStorage(storage, rows, faults, calls);
    }
}
