using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpsManager.Notifications.Configuration;
using OpsManager.Notifications.Routing;
using OpsManager.Notifications.Sinks;
using OpsManager.Sprites.Endpoints;

namespace OpsManager.Notifications;

/// <summary>Registers sinks and routing.</summary>
public static class NotificationServices
{
    /// <summary>
    /// Registers <see cref="SinkCatalog"/> and <see cref="Router"/>. Settings come from section <see cref="NotificationOptions.Section"/>; they
    /// and the file they name are checked when the host starts.
    /// </summary>
    public static IServiceCollection AddNotifications(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<NotificationOptions>().Bind(configuration.GetSection(NotificationOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NotificationOptions>, NotificationOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EgressPolicy>();
        services.TryAddSingleton(new SinkSecrets(configuration));
        services.TryAddSingleton<SinkTransport>();

        // Options are validated first, so that what fails to load has already been said in full.
        services.TryAddSingleton(provider =>
            ConfigurationFile.Load(provider.GetRequiredService<IOptions<NotificationOptions>>().Value).Configuration ?? NotificationConfiguration.None);
        services.TryAddSingleton(provider => new SinkCatalog(
            provider.GetRequiredService<NotificationConfiguration>(),
            provider.GetRequiredService<SinkTransport>(),
            provider.GetRequiredService<SinkSecrets>(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<Router>();
        services.AddGuardedHttpClient(SinkTransport.HttpClientName);
        return services;
    }
}
