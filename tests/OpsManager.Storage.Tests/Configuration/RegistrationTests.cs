using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpsManager.Storage.Configuration;
using OpsManager.Storage.Index;
using OpsManager.Storage.Runs;
using OpsManager.Storage.Tests.Support;
using OpsManager.Testing.Azurite;

namespace OpsManager.Storage.Tests.Configuration;

public sealed class RegistrationTests
{
    [Fact]
    public async Task The_registered_store_works_on_a_connection_string_with_a_prefix()
    {
        var azurite = await AzuriteFixture.SharedAsync();
        await using var services = Build(new()
        {
            ["AzureWebJobsStorage"] = azurite.ConnectionString,
            ["Storage:TablePrefix"] = "Reg" + Guid.NewGuid().ToString("N")[..10],
            ["Storage:IsolationPolicy"] = IsolationPolicies.Shared,
        });

        var created = await services.GetRequiredService<IRunStore>().CreateAsync(Sample.New("run-a", "box"), CancellationToken.None);

        Assert.IsType<CreateRunResult.Created>(created);
        var index = services.GetRequiredService<IRunIndex>();
        Assert.Single((await index.ListAsync(new(), null, 10, CancellationToken.None)).Items);
        Assert.Null(await index.FindHolderAsync(Core.Runs.SpriteName.Parse("box"), CancellationToken.None));
    }

    [Theory]
    [InlineData("AzureWebJobsStorage:accountName", "account", null, null)]
    [InlineData("AzureWebJobsStorage:tableServiceUri", "https://account.table.core.windows.net", "AzureWebJobsStorage:blobServiceUri", "https://account.blob.core.windows.net")]
    public void An_identity_based_connection_needs_no_secret(string name, string value, string? otherName, string? otherValue)
    {
        var settings = new Dictionary<string, string?> { [name] = value };
        if (otherName is not null)
        {
            settings[otherName] = otherValue;
        }

        foreach (var (credential, clientId) in new[] { (null, null), ("managedidentity", null), ("managedidentity", "id"), (null, "id") })
        {
            settings["AzureWebJobsStorage:credential"] = credential;
            settings["AzureWebJobsStorage:clientId"] = clientId;
            var (tables, blobs) = StorageClients.Create(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), new StorageOptions());
            Assert.Equal("https://account.table.core.windows.net/", tables.Uri.AbsoluteUri);
            Assert.Equal("https://account.blob.core.windows.net/", blobs.Uri.AbsoluteUri);
        }
    }

    [Fact]
    public async Task A_missing_connection_names_the_settings()
    {
        await using var services = Build([]);

        var error = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<IRunStore>());

        Assert.Contains("AzureWebJobsStorage__tableServiceUri", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Storage_that_is_not_there_is_reported_as_unavailable()
    {
        await using var services = Build(new()
        {
            // Port 1 refuses at once.
            ["AzureWebJobsStorage"] = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:1/a;BlobEndpoint=http://127.0.0.1:1/a;",
            ["Storage:MaxRetries"] = "1",
            ["Storage:RetryDelay"] = "00:00:00.010",
        });

        await Assert.ThrowsAsync<StorageUnavailableException>(() => services.GetRequiredService<IRunStore>().FindAsync(Sample.Id("run-a"), CancellationToken.None));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => services.GetRequiredService<IRunIndex>().ListActiveAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("Storage:TablePrefix", "1x")]
    [InlineData("Storage:TablePrefix", "with-hyphen")]
    [InlineData("Storage:TablePrefix", "abcdefghijklmnopqrstu")]
    [InlineData("Storage:IsolationPolicy", "sometimes")]
    [InlineData("Storage:MaxRetries", "11")]
    [InlineData("Storage:RetryDelay", "00:00:00")]
    [InlineData("Storage:RequestTimeout", "00:05:00")]
    [InlineData("Storage:Connection", "")]
    public async Task Settings_out_of_bounds_are_refused(string name, string value)
    {
        await using var services = Build(new() { [name] = value });

        Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<StorageOptions>>().Value);
    }

    private static ServiceProvider Build(Dictionary<string, string?> settings) =>
        new ServiceCollection()
            .AddRunStorage(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
}
