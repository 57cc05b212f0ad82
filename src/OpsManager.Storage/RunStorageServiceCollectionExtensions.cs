using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsManager.Storage.Configuration;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Index;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage;

/// <summary>Registers the storage.</summary>
public static class RunStorageServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IRunStore"/>, <see cref="IRunIndex"/> and the stores beside them on Azure Storage. Tables are created when first used; nothing is
    /// contacted before. Settings: section <see cref="StorageOptions.Section"/>, validated at start.
    /// </summary>
    public static IServiceCollection AddRunStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>()
            .Bind(configuration.GetSection(StorageOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<StorageOptions>>().Value;
            var (tables, blobs) = StorageClients.Create(configuration, options);
            return RunStorage.Over(
                new AzureStorageGateway(tables, blobs, options.TablePrefix),
                provider.GetRequiredService<TimeProvider>(),
                options.IsolationPolicy,
                provider.GetService<ILoggerFactory>());
        });
        services.AddSingleton(provider => provider.GetRequiredService<RunStorage>().Store);
        services.AddSingleton(provider => provider.GetRequiredService<RunStorage>().Index);
        services.AddSingleton(provider => provider.GetRequiredService<RunStorage>().Purge);
        services.AddSingleton(provider => provider.GetRequiredService<RunStorage>().Diagnostics);
        services.AddSingleton(provider => provider.GetRequiredService<RunStorage>().Escalations);
        services.AddSingleton(provider => provider.GetRequiredService<RunStorage>().Notifications);
        return services;
    }
}
