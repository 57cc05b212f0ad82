using Azure.Data.Tables;
using Azure.Storage.Blobs;
using OpsManager.Testing.Azurite;

namespace OpsManager.Storage.Tests;

public sealed class AzuriteFixtureTests
{
    [Fact]
    public async Task A_started_emulator_answers_at_once_for_tables_and_blobs()
    {
        await using var azurite = await AzuriteFixture.StartAsync(CancellationToken.None);
        var name = "probe" + Guid.NewGuid().ToString("N")[..12];

        var table = new TableClient(azurite.ConnectionString, name);
        await table.CreateAsync();
        await table.DeleteAsync();
        var container = new BlobContainerClient(azurite.ConnectionString, name);
        await container.CreateAsync();
        await container.DeleteAsync();
    }

    [Fact]
    public async Task Sharing_gives_the_same_emulator()
    {
        Assert.Same(await AzuriteFixture.SharedAsync(), await AzuriteFixture.SharedAsync());
    }
}
