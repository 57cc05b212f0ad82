namespace LocalHost.Durable.Ownership;

/// <summary>What a hub keeps besides its instances: its owner and the state of the timer triggers.</summary>
internal interface IHubStateStore
{
    Task InitializeAsync(CancellationToken cancellationToken);

    Task<StoredOwner?> GetOwnerAsync(CancellationToken cancellationToken);

    /// <returns>The new version, or null if the stored one is not <paramref name="expectedVersion"/>.</returns>
    Task<string?> TryPutOwnerAsync(OwnerRecord owner, string? expectedVersion, CancellationToken cancellationToken);

    Task RemoveOwnerAsync(string expectedVersion, CancellationToken cancellationToken);

    Task<TimerStatus?> GetTimerStatusAsync(string functionName, CancellationToken cancellationToken);

    Task PutTimerStatusAsync(string functionName, TimerStatus status, CancellationToken cancellationToken);
}
