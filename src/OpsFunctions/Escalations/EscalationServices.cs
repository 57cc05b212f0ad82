using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpsFunctions.Http;
using OpsFunctions.Telemetry;
using OpsManager.Notifications;

namespace OpsFunctions.Escalations;

/// <summary>Registers what tells people of escalations.</summary>
internal static class EscalationServices
{
    public static IServiceCollection AddEscalations(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddNotifications(configuration);
        services.TryAddSingleton<NotificationSignal>();
        services.TryAddSingleton<NotificationMetrics>();
        services.TryAddSingleton<NotificationComposer>();
        services.TryAddSingleton<AlertIntake>();
        services.TryAddSingleton<NotificationDispatcher>();
        services.TryAddSingleton<NotificationsView>();
        services.TryAddSingleton<FleetMonitor>();
        services.TryAddSingleton<SilenceReader>();
        services.AddHostedService<NotificationWorker>();
        return services;
    }
}
