using System.Globalization;

namespace LocalHost.Durable.Ownership;

internal sealed class InMemoryHubStateStore : IHubStateStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TimerStatus> _timers = new(StringComparer.OrdinalIgnoreCase);
    private StoredOwner? _owner;
    private int _versions;

    public Task InitializeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<StoredOwner?> GetOwnerAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_owner);
        }
    }

    public Task<string?> TryPutOwnerAsync(OwnerRecord owner, string? expectedVersion, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_owner?.Version != expectedVersion)
            {
                return Task.FromResult<string?>(null);
            }

            string version = (++_versions).ToString(CultureInfo.InvariantCulture);
            _owner = new StoredOwner(owner, version);
            return Task.FromResult<string?>(version);
        }
    }

    public Task RemoveOwnerAsync(string expectedVersion, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_owner?.Version == expectedVersion)
            {
                _owner = null;
            }
        }

        return Task.CompletedTask;
    }

    public Task<TimerStatus?> GetTimerStatusAsync(string functionName, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_timers.GetValueOrDefault(functionName));
        }
    }

    public Task PutTimerStatusAsync(string functionName, TimerStatus status, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _timers[functionName] = status;
        }

        return Task.CompletedTask;
    }
}
