namespace LocalHost.Durable.Ownership;

/// <summary>
/// Sees to it that one process executes a hub. On one machine a dead owner is recognised by its process, so a restart
/// after a kill waits for nothing; an owner on another machine by its lease, which has to run out.
/// </summary>
internal sealed partial class HubOwnership(IHubStateStore store, string taskHub, TimeProvider timeProvider, ILogger<HubOwnership> logger) : IAsyncDisposable
{
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RenewalInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(500);

    // A process of this machine that lives will keep the hub; unless it is just about to stop.
    private static readonly TimeSpan LocalPatience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly string _ownerId = Guid.NewGuid().ToString("N");
    private Task _renewal = Task.CompletedTask;
    private OwnerRecord? _owner;
    private string? _version;

    /// <summary>Called once if the ownership is lost; nothing may be executed afterwards.</summary>
    public Action? Lost { get; set; }

    /// <param name="patience">How long to wait for an owner on another machine to let go.</param>
    /// <exception cref="HubOwnedException">A living process owns the hub.</exception>
    public async Task AcquireAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        await store.InitializeAsync(cancellationToken);
        DateTimeOffset begun = timeProvider.GetUtcNow();
        while (true)
        {
            StoredOwner? current = await store.GetOwnerAsync(cancellationToken);
            DateTimeOffset now = timeProvider.GetUtcNow();
            bool? isAlive = current is null ? false : ProcessIdentity.IsAlive(current.Owner);
            bool isFree = isAlive switch
            {
                true => false,
                false => true,
                null => current!.Owner.ExpiresAt <= now,
            };
            if (isFree)
            {
                OwnerRecord candidate = new(_ownerId, ProcessIdentity.Machine, ProcessIdentity.BootId, Environment.ProcessId, ProcessIdentity.ProcessStart, now, now + LeaseTime);
                _version = await store.TryPutOwnerAsync(candidate, current?.Version, cancellationToken);
                if (_version is not null)
                {
                    _owner = candidate;
                    ProcessIdentity.Register(_ownerId);
                    if (current is null)
                    {
                        LogAcquired(taskHub);
                    }
                    else
                    {
                        LogTakenOver(taskHub, current.Owner.ProcessId);
                    }

                    _renewal = Task.Run(() => RenewAsync(_stopping.Token), CancellationToken.None);
                    return;
                }
            }
            else if (now - begun >= (isAlive == true && patience > LocalPatience ? LocalPatience : patience))
            {
                throw new HubOwnedException(
                    $"The task hub '{taskHub}' is executed by process {current!.Owner.ProcessId} on {current.Owner.Machine} since {current.Owner.AcquiredAt:u}. Stop that process, or set another TASK_HUB_NAME for this one.");
            }

            await Task.Delay(RetryInterval, timeProvider, cancellationToken);
        }
    }

    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _renewal;
        ProcessIdentity.Unregister(_ownerId);
        if (_version is not null)
        {
            await store.RemoveOwnerAsync(_version, cancellationToken);
            _version = null;
        }
    }

    /// <summary>Stops renewing without releasing, as a killed process does.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _renewal;
        ProcessIdentity.Unregister(_ownerId);
        _stopping.Dispose();
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(RenewalInterval, timeProvider, cancellationToken);
                try
                {
                    OwnerRecord renewed = _owner! with { ExpiresAt = timeProvider.GetUtcNow() + LeaseTime };
                    string? next = await store.TryPutOwnerAsync(renewed, _version, cancellationToken)
                        ?? await ReconfirmAsync(renewed, cancellationToken);
                    if (next is null)
                    {
                        LogLost(taskHub);
                        Lost?.Invoke();
                        return;
                    }

                    _owner = renewed;
                    _version = next;
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    // The checkpoints' own locks hold until the storage answers again.
                    LogRenewalFailed(exception, taskHub);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Released or disposed.
        }
    }

    /// <summary>A write that timed out may have been applied; then the row is still this owner's.</summary>
    private async Task<string?> ReconfirmAsync(OwnerRecord renewed, CancellationToken cancellationToken)
    {
        StoredOwner? current = await store.GetOwnerAsync(cancellationToken);
        return current?.Owner.OwnerId == _ownerId
            ? await store.TryPutOwnerAsync(renewed, current.Version, cancellationToken)
            : null;
    }

    [LoggerMessage(1, LogLevel.Information, "This process executes the task hub {TaskHub}.")]
    private partial void LogAcquired(string taskHub);

    [LoggerMessage(4, LogLevel.Information, "This process executes the task hub {TaskHub}; it takes over from process {PreviousProcessId}, which is gone.")]
    private partial void LogTakenOver(string taskHub, int previousProcessId);

    [LoggerMessage(2, LogLevel.Critical, "Another process has taken over the task hub {TaskHub}; this one stops.")]
    private partial void LogLost(string taskHub);

    [LoggerMessage(3, LogLevel.Warning, "The ownership of the task hub {TaskHub} could not be renewed.")]
    private partial void LogRenewalFailed(Exception exception, string taskHub);
}
