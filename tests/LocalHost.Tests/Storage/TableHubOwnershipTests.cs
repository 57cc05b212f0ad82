using LocalHost.Durable.Ownership;

namespace LocalHost.Tests.Storage;

[Collection(TableStorageGroup.Name)]
public sealed class TableHubOwnershipTests(TableStorageFixture storage) : HubOwnershipSuite
{
    private protected override IHubStateStore CreateStore() => new TableHubStateStore(storage.Service, TableStorageFixture.NewHub());
}
