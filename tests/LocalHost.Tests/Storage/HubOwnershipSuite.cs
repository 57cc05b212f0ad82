using System.Diagnostics;
using LocalHost.Durable.Ownership;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LocalHost.Tests.Storage;

/// <summary>One hub, one process; run against each store.</summary>
public abstract class HubOwnershipSuite
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_second_owner_is_refused_while_the_first_lives()
    {
        IHubStateStore store = CreateStore();
        await using HubOwnership first = Owner(store);
        await using HubOwnership second = Owner(store);
        await first.AcquireAsync(TimeSpan.Zero, None);

        HubOwnedException refused = await Assert.ThrowsAsync<HubOwnedException>(() => second.AcquireAsync(TimeSpan.Zero, None));

        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_released_hub_is_free_at_once()
    {
        IHubStateStore store = CreateStore();
        await using HubOwnership first = Owner(store);
        await using HubOwnership second = Owner(store);
        await first.AcquireAsync(TimeSpan.Zero, None);
        await first.ReleaseAsync(None);

        await second.AcquireAsync(TimeSpan.Zero, None);
    }

    [Fact]
    public async Task The_hub_of_a_killed_process_of_this_machine_is_free_at_once()
    {
        IHubStateStore store = CreateStore();
        await store.InitializeAsync(None);
        OwnerRecord dead = new("dead", ProcessIdentity.Machine, ProcessIdentity.BootId, int.MaxValue - 1, "1", _time.GetUtcNow(), _time.GetUtcNow().AddHours(1));
        await store.TryPutOwnerAsync(dead, null, None);
        await using HubOwnership owner = Owner(store);

        await owner.AcquireAsync(TimeSpan.Zero, None);
    }

    [Fact]
    public async Task Another_process_of_this_machine_keeps_the_hub_until_it_is_killed()
    {
        IHubStateStore store = CreateStore();
        await store.InitializeAsync(None);
        using Process other = Process.Start(new ProcessStartInfo("sleep", "300"))!;
        OwnerRecord living = new("other", ProcessIdentity.Machine, ProcessIdentity.BootId, other.Id, ProcessIdentity.StartOf(other.Id)!, _time.GetUtcNow(), _time.GetUtcNow());
        await store.TryPutOwnerAsync(living, null, None);
        await using HubOwnership owner = Owner(store);
        await Assert.ThrowsAsync<HubOwnedException>(() => owner.AcquireAsync(TimeSpan.Zero, None));

        other.Kill();
        await other.WaitForExitAsync();

        await owner.AcquireAsync(TimeSpan.Zero, None);
    }

    [Fact]
    public async Task A_process_id_that_was_given_to_another_process_does_not_keep_the_hub()
    {
        IHubStateStore store = CreateStore();
        await store.InitializeAsync(None);
        OwnerRecord dead = new("dead", ProcessIdentity.Machine, ProcessIdentity.BootId, Environment.ProcessId, "1", _time.GetUtcNow(), _time.GetUtcNow().AddHours(1));
        await store.TryPutOwnerAsync(dead, null, None);
        await using HubOwnership owner = Owner(store);

        await owner.AcquireAsync(TimeSpan.Zero, None);
    }

    [Fact]
    public async Task The_hub_of_another_machine_is_free_when_its_lease_has_run_out()
    {
        IHubStateStore store = CreateStore();
        await store.InitializeAsync(None);
        OwnerRecord remote = new("remote", "another-machine", "boot", 1, "1", _time.GetUtcNow(), _time.GetUtcNow().AddSeconds(15));
        await store.TryPutOwnerAsync(remote, null, None);
        await using HubOwnership impatient = Owner(store);
        await Assert.ThrowsAsync<HubOwnedException>(() => impatient.AcquireAsync(TimeSpan.Zero, None));
        _time.Advance(TimeSpan.FromSeconds(15));

        await impatient.AcquireAsync(TimeSpan.Zero, None);
    }

    [Fact]
    public async Task An_owner_whose_hub_was_taken_over_is_told()
    {
        IHubStateStore store = CreateStore();
        await using HubOwnership owner = Owner(store);
        TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        owner.Lost = lost.SetResult;
        await owner.AcquireAsync(TimeSpan.Zero, None);
        StoredOwner current = (await store.GetOwnerAsync(None))!;
        await store.TryPutOwnerAsync(current.Owner with { OwnerId = "thief" }, current.Version, None);

        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        while (!lost.Task.IsCompleted)
        {
            patience.Token.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }
    }

    [Fact]
    public async Task The_status_of_a_timer_is_kept()
    {
        IHubStateStore store = CreateStore();
        await store.InitializeAsync(None);
        TimerStatus status = new(_time.GetUtcNow(), _time.GetUtcNow().AddMinutes(1), _time.GetUtcNow());
        Assert.Null(await store.GetTimerStatusAsync("Tick", None));

        await store.PutTimerStatusAsync("Tick", status, None);

        Assert.Equal(status, await store.GetTimerStatusAsync("Tick", None));
    }

    private protected abstract IHubStateStore CreateStore();

    private HubOwnership Owner(IHubStateStore store) => new(store, "Hub", _time, NullLogger<HubOwnership>.Instance);
}
