using Azure.Core;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OpsManager.Sprites.Adapter;

namespace OpsFunctions.Telemetry;

/// <summary>Puts traces, metrics and logs together, the same under the Functions host and under LocalHost.</summary>
public static class TelemetryComposition
{
    /// <summary>Setting with the address of an OpenTelemetry collector.</summary>
    public const string OtlpEndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Setting that says where Application Insights is.</summary>
    public const string ApplicationInsightsSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>Setting that says with which identity it is written to.</summary>
    public const string AuthenticationSetting = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    /// <summary>Setting that chooses which traces are kept, of the OpenTelemetry specification; all by default.</summary>
    public const string SamplerSetting = "OTEL_TRACES_SAMPLER";

    // The sources of the frameworks around ours: requests in LocalHost, invocations under the Functions host. Calls of storage are
    // left out: two per poll would bury what a trace is read for.
    private static readonly string[] Sources = [OpsTelemetry.Name, "Microsoft.AspNetCore", "Microsoft.Azure.Functions.Worker"];

    private static readonly string[] Meters = [OpsTelemetry.Name, "Microsoft.AspNetCore.Hosting", "System.Runtime"];

    /// <summary>Whether anything is sent anywhere.</summary>
    public static bool IsExporting(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return IsSet(configuration, OtlpEndpointSetting) || IsSet(configuration, ApplicationInsightsSetting);
    }

    /// <summary>Registers the instruments and, where a destination is set, what sends them there. Call it after the adapter client is registered.</summary>
    internal static void AddOpsTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddMetrics();
        services.TryAddSingleton<RunMetrics>();
        services.TryAddSingleton<DecisionTelemetry>();
        TraceAdapterCalls(services);

        // Without a destination nothing of the SDK runs, and no span is recorded.
        if (!IsExporting(configuration))
        {
            return;
        }

        // ASP.NET Core writes four lines per request, of what the request's span says; the host's log levels do not reach the worker.
        services.AddLogging(static logging => logging.AddFilter<OpenTelemetryLoggerProvider>("Microsoft.AspNetCore", LogLevel.Warning));

        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                configuration["OTEL_SERVICE_NAME"] ?? configuration["WEBSITE_SITE_NAME"] ?? "opsmanager",
                serviceVersion: OpsTelemetry.Version))
            .WithTracing(tracing => tracing.AddSource(Sources))
            .WithMetrics(metrics => metrics.AddMeter(Meters))
            .WithLogging(null, logging =>
            {
                logging.IncludeScopes = true;
                logging.IncludeFormattedMessage = true;
            });
        if (IsSet(configuration, OtlpEndpointSetting))
        {
            telemetry.UseOtlpExporter();
        }

        if (IsSet(configuration, ApplicationInsightsSetting))
        {
            var credential = CredentialFrom(configuration[AuthenticationSetting]);
            telemetry
                .WithTracing(tracing => tracing.AddAzureMonitorTraceExporter(Configure))
                .WithMetrics(metrics => metrics.AddAzureMonitorMetricExporter(Configure))
                .WithLogging(logging => logging.AddAzureMonitorLogExporter(Configure));

            void Configure(AzureMonitorExporterOptions options)
            {
                options.ConnectionString = configuration[ApplicationInsightsSetting];
                options.Credential = credential;

                // The alerts read lines of the log, and a run is one trace for its whole life: with the exporter's own defaults (five traces a
                // second, and no lines of the others) a run on the wrong side could fail unheard.
                options.EnableTraceBasedLogsSampler = false;
                if (!IsSet(configuration, SamplerSetting))
                {
                    options.TracesPerSecond = null;
                    options.SamplingRatio = 1;
                }
            }
        }
    }

    /// <summary>
    /// The identity that <c>Authorization=AAD</c> asks for, as the Functions host reads it: the user-assigned one with the
    /// <c>ClientId</c>, else whichever there is. Null sends with the key in the connection string.
    /// </summary>
    internal static TokenCredential? CredentialFrom(string? authentication)
    {
        var parts = (authentication ?? string.Empty)
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2, StringSplitOptions.TrimEntries))
            .Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        if (!parts.TryGetValue("Authorization", out var kind) || !kind.Equals("AAD", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return parts.TryGetValue("ClientId", out var clientId) && clientId.Length > 0
            ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId))
            : new DefaultAzureCredential();
    }

    private static bool IsSet(IConfiguration configuration, string setting) => !string.IsNullOrWhiteSpace(configuration[setting]);

    private static void TraceAdapterCalls(IServiceCollection services)
    {
        var inner = services.Last(service => service.ServiceType == typeof(IAdapterClient));
        services.Replace(ServiceDescriptor.Singleton<IAdapterClient>(provider => new TracedAdapterClient((IAdapterClient)Make(provider))));

        object Make(IServiceProvider provider) =>
            inner.ImplementationInstance
            ?? inner.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!);
    }
}
