using LocalHost.Durable.Ownership;

namespace LocalHost.Tests.Storage;

public sealed class InMemoryHubOwnershipTests : HubOwnershipSuite
{
    private protected override IHubStateStore CreateStore() => new InMemoryHubStateStore();
}
