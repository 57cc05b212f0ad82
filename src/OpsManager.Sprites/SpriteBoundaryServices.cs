using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpsManager.Sprites.Adapter;
using OpsManager.Sprites.Endpoints;

namespace OpsManager.Sprites;

/// <summary>Registers the boundary to sprites.</summary>
public static class SpriteBoundaryServices
{
    /// <summary>Name of the HTTP client that calls adapters.</summary>
    internal const string HttpClientName = "sprite-adapter";

    /// <summary>
    /// Registers <see cref="IAdapterClient"/>, <see cref="IEndpointPolicy"/> and <see cref="PoisonLineProbe"/>. Settings come from section
    /// <see cref="AdapterClientOptions.Section"/> and are checked when the host starts.
    /// </summary>
    public static IServiceCollection AddSpriteBoundary(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection(AdapterClientOptions.Section);
        services.AddOptions<AdapterClientOptions>()
            .Bind(section)
            .Configure(o =>
            {
                // An application setting is one text; a list needs one setting per entry.
                if (section[nameof(AdapterClientOptions.AllowedHosts)] is { Length: > 0 } text)
                {
                    o.AllowedHosts = text.Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                }
            })
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AdapterClientOptions>, AdapterClientOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new AdapterTokens(configuration));
        services.TryAddSingleton<IEndpointPolicy, EndpointPolicy>();
        services.TryAddSingleton<IAdapterClient, AdapterClient>();
        services.TryAddSingleton<PoisonLineProbe>();
        services.AddGuardedHttpClient(HttpClientName);
        return services;
    }
}
