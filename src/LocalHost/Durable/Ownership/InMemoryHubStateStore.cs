using System.Globalization;

namespace LocalHost.Durable.Ownership;

internal sealed class InMemoryHubStateStore : IHubStateStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, TimerStatus> timers = new(StringComparer.OrdinalIgnoreCase);
    private StoredOwner? owner;
    private int versions;

    public Task InitializeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<StoredOwner?> GetOwnerAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult(owner);
        }
    }

    public Task<string?> TryPutOwnerAsync(OwnerRecord owner, string? expectedVersion, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (this.owner?.Version != expectedVersion)
            {
                return Task.FromResult<string?>(null);
            }

            string version = (++versions).ToString(CultureInfo.InvariantCulture);
            this.owner = new StoredOwner(owner, version);
            return Task.FromResult<string?>(version);
        }
    }

    public Task RemoveOwnerAsync(string expectedVersion, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (owner?.Version == expectedVersion)
            {
                owner = null;
            }
        }

        return Task.CompletedTask;
    }

    public Task<TimerStatus?> GetTimerStatusAsync(string functionName, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult(timers.GetValueOrDefault(functionName));
        }
    }

    public Task PutTimerStatusAsync(string functionName, TimerStatus status, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            timers[functionName] = status;
        }

        return Task.CompletedTask;
    }
}
