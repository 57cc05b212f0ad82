using System.Diagnostics;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OpsFunctions.Composition;
using OpsFunctions.Telemetry;

namespace OpsFunctions.Tests.Telemetry;

public sealed class TelemetryCompositionTests
{
    // The key of the documentation; nothing listens at the address.
    private const string ConnectionString = "InstrumentationKey=00000000-0000-0000-0000-000000000000;IngestionEndpoint=http://127.0.0.1:9/";

    [Fact]
    public void Without_a_destination_nothing_of_the_exporting_runs()
    {
        using var provider = Compose([]);
        Assert.Null(provider.GetService<TracerProvider>());
        Assert.Null(provider.GetService<MeterProvider>());
        Assert.NotNull(provider.GetService<RunMetrics>());
    }

    [Theory]
    [InlineData(TelemetryComposition.OtlpEndpointSetting, "http://127.0.0.1:9")]
    [InlineData(TelemetryComposition.ApplicationInsightsSetting, ConnectionString)]
    public void With_a_destination_all_three_signals_are_sent(string setting, string value)
    {
        using var provider = Compose([(setting, value), (TelemetryComposition.AuthenticationSetting, "ClientId=11111111-1111-1111-1111-111111111111;Authorization=AAD")]);
        Assert.NotNull(provider.GetService<TracerProvider>());
        Assert.NotNull(provider.GetService<MeterProvider>());
        Assert.NotNull(provider.GetService<LoggerProvider>());
    }

    [Theory]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", false)]
    [InlineData("OpsFunctions.Timers.Watchdog", true)]
    public void Requests_are_spans_and_not_lines_of_the_log(string category, bool expected)
    {
        using var provider = Compose([(TelemetryComposition.OtlpEndpointSetting, "http://127.0.0.1:9")]);
        var logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger(category);
        Assert.Equal(expected, logger.IsEnabled(LogLevel.Information));
        Assert.True(logger.IsEnabled(LogLevel.Warning));
    }

    [Fact]
    public async Task A_line_of_a_trace_that_is_not_kept_reaches_Application_Insights_all_the_same()
    {
        var sent = new SentTelemetry();
        await using var provider = Compose([(TelemetryComposition.ApplicationInsightsSetting, ConnectionString)], sent.Capture);
        _ = provider.GetRequiredService<TracerProvider>();
        var logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger("OpsFunctions.Telemetry.DecisionTelemetry");

        using (var unsampled = new Activity("run.apply").SetParentId(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom()).Start())
        {
            Assert.False(unsampled.Recorded);
            logger.LogError("a run crashed");
        }

        Assert.True(provider.GetRequiredService<LoggerProvider>().ForceFlush());
        Assert.Contains(sent.Bodies, static body => body.Contains("a run crashed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_trace_is_kept_unless_a_sampler_is_set()
    {
        await using var provider = Compose([(TelemetryComposition.ApplicationInsightsSetting, ConnectionString)], new SentTelemetry().Capture);
        _ = provider.GetRequiredService<TracerProvider>();
        Assert.All(Enumerable.Range(0, 100), static _ =>
        {
            var parent = $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01";
            using var span = OpsTelemetry.StartSpan("run.poll", ActivityKind.Internal, parent);
            Assert.True(span.Recorded);
        });
    }

    [Theory]
    [InlineData("Authorization=AAD", typeof(DefaultAzureCredential))]
    [InlineData("ClientId=11111111-1111-1111-1111-111111111111;Authorization=AAD", typeof(ManagedIdentityCredential))]
    [InlineData("authorization=aad; clientid=11111111-1111-1111-1111-111111111111", typeof(ManagedIdentityCredential))]
    public void The_authentication_string_chooses_the_identity(string text, Type credential) =>
        Assert.IsType(credential, TelemetryComposition.CredentialFrom(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ClientId=11111111-1111-1111-1111-111111111111")]
    public void Without_it_the_connection_string_alone_serves(string? text) => Assert.Null(TelemetryComposition.CredentialFrom(text));

    internal static ServiceProvider Compose((string Name, string Value)[] settings, Action<AzureMonitorExporterOptions>? exporter = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("AzureWebJobsStorage", "UseDevelopmentStorage=true")])
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            .Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging();
        services.AddOpsFunctions(configuration);
        if (exporter is not null)
        {
            services.PostConfigureAll(exporter);
        }

        return services.BuildServiceProvider();
    }
}
