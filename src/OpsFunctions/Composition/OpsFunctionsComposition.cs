using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpsFunctions.Activities.Diagnostics;
using OpsFunctions.Activities.Polling;
using OpsFunctions.Escalations;
using OpsFunctions.Http;
using OpsFunctions.Middleware;
using OpsFunctions.Orchestrations;
using OpsFunctions.Telemetry;
using OpsFunctions.Timers;
using OpsManager.Notifications.Configuration;
using OpsManager.Sprites;
using OpsManager.Storage;

namespace OpsFunctions.Composition;

/// <summary>Puts the app together, the same under the Functions host and under LocalHost.</summary>
public static class OpsFunctionsComposition
{
    /// <summary>
    /// App settings that triggers refer to. The Functions host reads them before any code of ours runs, so that they must be set
    /// there (infra and local.settings.sample.json do); a host of ours takes them from here.
    /// </summary>
    public static IReadOnlyDictionary<string, string> DefaultSettings { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [WatchdogOptions.ScheduleSetting] = WatchdogOptions.DefaultSchedule,
        [RetentionOptions.ScheduleSetting] = RetentionOptions.DefaultSchedule,
        [RetentionOptions.ReaperScheduleSetting] = RetentionOptions.DefaultReaperSchedule,
        [NotificationOptions.ScheduleSetting] = NotificationOptions.DefaultSchedule,
    };

    /// <summary>Registers everything the functions need.</summary>
    public static IServiceCollection AddOpsFunctions(this IServiceCollection services, IConfiguration configuration)
    {
        AddOptions<ApiOptions>(services, configuration, ApiOptions.Section);
        AddOptions<PollingOptions>(services, configuration, PollingOptions.Section);
        AddOptions<WatchdogOptions>(services, configuration, WatchdogOptions.Section);
        AddOptions<PolicyOptions>(services, configuration, PolicyOptions.Section);
        services.AddSingleton<IValidateOptions<PolicyOptions>, ProfileFile>();
        services.TryAddSingleton(static provider => ProfileFile.Read(provider.GetRequiredService<IOptions<PolicyOptions>>().Value));
        AddOptions<RetentionOptions>(services, configuration, RetentionOptions.Section);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddRunStorage(configuration);
        services.AddSpriteBoundary(configuration);
        services.AddOpsTelemetry(configuration);
        services.AddEscalations(configuration);

        services.TryAddSingleton<CreateRunReader>();
        services.TryAddSingleton<PreflightProbe>();
        services.TryAddSingleton<RunCreation>();
        services.TryAddSingleton<RunLookup>();
        services.TryAddSingleton<PageReader>();
        services.TryAddSingleton<IntentIntake>();
        services.TryAddSingleton<AuditTrail>();
        services.TryAddSingleton<EventWaiters>();
        services.TryAddSingleton<NudgeGate>();
        services.TryAddSingleton<FleetView>();

        services.TryAddSingleton<StoredFacts>();
        services.TryAddSingleton<LogComparison>();
        services.TryAddSingleton<LogFollower>();
        services.TryAddSingleton<RunPoller>();
        services.TryAddSingleton<EngineStarter>();
        services.TryAddSingleton<EngineWaker>();
        services.TryAddSingleton<WatchdogTicks>();
        services.TryAddSingleton<Watchdog>();
        services.TryAddSingleton<DiagnosticsCapture>();
        services.TryAddSingleton<InstanceRemover>();
        services.TryAddSingleton<Reaper>();
        services.TryAddSingleton<Retention>();
        return services;
    }

    /// <summary>Registers the middleware, outermost first.</summary>
    public static void UseOpsFunctions(this IFunctionsWorkerApplicationBuilder builder)
    {
        builder.UseWhen<RequestTraceMiddleware>(IsHttp);
        builder.UseWhen<ProblemMiddleware>(IsHttp);
    }

    private static bool IsHttp(FunctionContext context) => context.GetHttpContext() is not null;

    private static void AddOptions<T>(IServiceCollection services, IConfiguration configuration, string section)
        where T : class =>
        services.AddOptions<T>().Bind(configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();
}
