using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;

namespace OpsManager.Storage.Configuration;

/// <summary>Makes clients from a connection as the Functions host understands it.</summary>
internal static class StorageClients
{
    /// <summary>The clients of tables and blobs.</summary>
    /// <exception cref="InvalidOperationException">The connection is missing or incomplete; the message names the settings.</exception>
    public static (TableServiceClient Tables, BlobServiceClient Blobs) Create(IConfiguration configuration, StorageOptions options)
    {
        var tableOptions = new TableClientOptions();
        var blobOptions = new BlobClientOptions();
        Configure(tableOptions.Retry, options);
        Configure(blobOptions.Retry, options);

        var connectionString = configuration.GetConnectionString(options.Connection) ?? configuration[options.Connection];
        if (!string.IsNullOrWhiteSpace(connectionString))
        {
            return (new TableServiceClient(connectionString, tableOptions), new BlobServiceClient(connectionString, blobOptions));
        }

        var section = configuration.GetSection(options.Connection);
        var credential = Credential(section);
        return (
            new TableServiceClient(ServiceUri(section, options, "table"), credential, tableOptions),
            new BlobServiceClient(ServiceUri(section, options, "blob"), credential, blobOptions));
    }

    private static void Configure(RetryOptions retry, StorageOptions options)
    {
        retry.Mode = RetryMode.Exponential;
        retry.MaxRetries = options.MaxRetries;
        retry.Delay = options.RetryDelay;
        retry.MaxDelay = TimeSpan.FromSeconds(4);
        retry.NetworkTimeout = options.RequestTimeout;
    }

    private static Uri ServiceUri(IConfigurationSection section, StorageOptions options, string service)
    {
        var text = section[$"{service}ServiceUri"]
            ?? (section["accountName"] is { Length: > 0 } account ? $"https://{account}.{service}.core.windows.net" : null);
        return Uri.TryCreate(text, UriKind.Absolute, out var uri)
            ? uri
            : throw new InvalidOperationException(
                $"No storage: set {options.Connection} to a connection string, or {options.Connection}__tableServiceUri and {options.Connection}__blobServiceUri.");
    }

    private static TokenCredential Credential(IConfigurationSection section)
    {
        var clientId = section["clientId"];
        if (string.Equals(section["credential"], "managedidentity", StringComparison.OrdinalIgnoreCase))
        {
            return new ManagedIdentityCredential(
                !string.IsNullOrEmpty(clientId) ? ManagedIdentityId.FromUserAssignedClientId(clientId)
                : section["managedIdentityResourceId"] is { Length: > 0 } resource ? ManagedIdentityId.FromUserAssignedResourceId(new ResourceIdentifier(resource))
                : ManagedIdentityId.SystemAssigned);
        }

        var options = new DefaultAzureCredentialOptions();
        if (!string.IsNullOrEmpty(clientId))
        {
            options.ManagedIdentityClientId = clientId;
        }

        return new DefaultAzureCredential(options);
    }
}
