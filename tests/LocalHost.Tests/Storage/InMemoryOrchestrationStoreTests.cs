using LocalHost.Durable.Storage;

namespace LocalHost.Tests.Storage;

public sealed class InMemoryOrchestrationStoreTests : OrchestrationStoreSuite
{
    private protected override Task<IOrchestrationStore> CreateAsync() => Task.FromResult<IOrchestrationStore>(new InMemoryOrchestrationStore());
}
