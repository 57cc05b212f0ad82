using System.Reflection;
using System.Text.Json;
using Azure.Data.Tables;
using LocalHost.Durable.Client;
using LocalHost.Durable.Engine;
using LocalHost.Durable.Ownership;
using LocalHost.Durable.Storage;
using LocalHost.DurableHttpApi;
using LocalHost.Functions;
using LocalHost.Hosting;
using LocalHost.Http;
using LocalHost.Timers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Options;

namespace LocalHost;

/// <summary>Composes the process that runs a Functions assembly without the Functions host.</summary>
public static class LocalHostApplication
{
    // The Functions host's port; only this machine, unless told otherwise.
    private const string DefaultUrl = "http://127.0.0.1:7071";

    private const int SetupError = 2;

    /// <summary>Creates the process's application and runs it until it is told to stop.</summary>
    /// <returns>The exit code.</returns>
    /// <inheritdoc cref="Create(LocalHostOptions, Assembly, Action{IServiceCollection, IConfiguration}, Action{IFunctionsWorkerApplicationBuilder})"/>
    public static async Task<int> RunAsync(
        LocalHostOptions options,
        Assembly functionsAssembly,
        Action<IServiceCollection, IConfiguration> services,
        Action<IFunctionsWorkerApplicationBuilder> worker)
    {
        await using WebApplication app = Create(options, functionsAssembly, services, worker);
        try
        {
            await app.RunAsync();
            return 0;
        }
        catch (HubOwnedException exception)
        {
            // For the person who started it a second time, a sentence instead of a stack trace.
            await Console.Error.WriteLineAsync(exception.Message);
            return SetupError;
        }
    }

    /// <param name="functionsAssembly">Where the functions are found.</param>
    /// <param name="services">The app's composition root.</param>
    /// <param name="worker">The app's middleware.</param>
    public static WebApplication Create(
        LocalHostOptions options,
        Assembly functionsAssembly,
        Action<IServiceCollection, IConfiguration> services,
        Action<IFunctionsWorkerApplicationBuilder> worker)
    {
        ArgumentNullException.ThrowIfNull(functionsAssembly);
        return Create(options, FunctionCatalog.From(functionsAssembly), services, worker);
    }

    internal static WebApplication Create(
        LocalHostOptions options,
        FunctionCatalog catalog,
        Action<IServiceCollection, IConfiguration> services,
        Action<IFunctionsWorkerApplicationBuilder> worker)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(worker);

        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = [.. options.Args],
            ContentRootPath = options.ContentRoot,
        });

        // Both files hold defaults: environment and command line outrank them.
        string hostJsonPath = Path.Combine(options.ContentRoot, "host.json");
        builder.Configuration.Sources.Insert(0, Defaults(HostJson.ReadLogLevels(hostJsonPath)));
        builder.Configuration.Sources.Insert(1, Defaults(AppSettings.ReadLocalSettings(Path.Combine(options.ContentRoot, "local.settings.json"))));
        builder.Configuration.AddInMemoryCollection(options.Settings);
        options = options with
        {
            InMemory = options.InMemory || builder.Configuration.GetValue<bool>("LocalHost:InMemory"),
            TestModes = builder.Configuration.GetSection("LocalHost:TestModes").Get<DurableTestModes>() ?? options.TestModes,
        };
        builder.WebHost.UseUrls(builder.Configuration[WebHostDefaults.ServerUrlsKey] ?? DefaultUrl);
        HostJson hostJson = HostJson.Read(hostJsonPath, builder.Configuration);

        builder.Services.Configure<JsonSerializerOptions>(json => json.PropertyNameCaseInsensitive = true);
        builder.Services.AddMvcCore();
        builder.Services.AddSingleton(options.TimeProvider);
        WorkerApplicationBuilder workerBuilder = new(builder.Services);
        services(builder.Services, builder.Configuration);
        worker(workerBuilder);
        AddHost(builder, options, hostJson, catalog, workerBuilder.Build());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout + TimeSpan.FromSeconds(5));

        WebApplication app = builder.Build();
        app.Services.GetRequiredService<FunctionHost>().Client = app.Services.GetRequiredService<LocalDurableTaskClient>();
        app.MapHostEndpoints();
        app.MapDurableHttpApi();
        app.MapFunctions(catalog, hostJson.RoutePrefix);
        return app;
    }

    private static void AddHost(WebApplicationBuilder builder, LocalHostOptions options, HostJson hostJson, FunctionCatalog catalog, FunctionExecutionDelegate pipeline)
    {
        IServiceCollection services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(hostJson);
        services.AddSingleton(catalog);
        services.AddSingleton(FunctionKeys.From(builder.Configuration));

        if (options.InMemory)
        {
            services.AddSingleton<IOrchestrationStore, InMemoryOrchestrationStore>();
            services.AddSingleton<IHubStateStore, InMemoryHubStateStore>();
        }
        else
        {
            TableServiceClient tables = new(ConnectionString(builder.Configuration, hostJson.ConnectionName));
            services.AddSingleton<IOrchestrationStore>(new TableOrchestrationStore(tables, hostJson.HubName, options.TimeProvider));
            services.AddSingleton<IHubStateStore>(new TableHubStateStore(tables, hostJson.HubName));
        }

        services.AddSingleton<DataConverter>(provider => new JsonDataConverter(provider.GetRequiredService<IOptions<JsonSerializerOptions>>().Value));
        services.AddSingleton(provider => new FunctionHost(
            catalog,
            pipeline,
            provider,
            provider.GetRequiredService<DataConverter>(),
            options.TimeProvider,
            hostJson.FunctionTimeout,
            provider.GetRequiredService<ILogger<FunctionHost>>()));
        services.AddSingleton(provider => new OrchestrationEngine(
            provider.GetRequiredService<IOrchestrationStore>(),
            provider.GetRequiredService<FunctionHost>(),
            provider.GetRequiredService<DataConverter>(),
            options.TimeProvider,
            provider.GetRequiredService<ILoggerFactory>(),
            EngineOptionsFrom(options, hostJson)));
        services.AddSingleton(provider => new HubOwnership(
            provider.GetRequiredService<IHubStateStore>(),
            hostJson.HubName,
            options.TimeProvider,
            provider.GetRequiredService<ILogger<HubOwnership>>()));
        services.AddSingleton(provider => new LocalDurableTaskClient(provider.GetRequiredService<OrchestrationEngine>(), hostJson.HubName));
        services.AddSingleton<DurableTaskClient>(provider => provider.GetRequiredService<LocalDurableTaskClient>());

        // In this order: timer triggers may start orchestrations; both stop in the reverse one, after the HTTP server.
        services.AddHostedService<EngineService>();
        services.AddHostedService<TimerTriggerService>();
    }

    private static MemoryConfigurationSource Defaults(IReadOnlyDictionary<string, string?> settings) => new() { InitialData = settings };

    private static EngineOptions EngineOptionsFrom(LocalHostOptions options, HostJson hostJson)
    {
        EngineOptions defaults = new();
        return defaults with
        {
            MaxConcurrentActivities = hostJson.MaxConcurrentActivities ?? defaults.MaxConcurrentActivities,
            MaxConcurrentOrchestrators = hostJson.MaxConcurrentOrchestrators ?? defaults.MaxConcurrentOrchestrators,
            OverridableStates = hostJson.OverridableStates,
            DefaultVersion = hostJson.DefaultVersion,
            ShutdownTimeout = options.ShutdownTimeout,
            TestModes = options.TestModes,
        };
    }

    private static string ConnectionString(ConfigurationManager configuration, string name)
        => configuration[name]
            ?? configuration["AzureWebJobs" + name]
            ?? configuration.GetConnectionString(name)
            ?? throw new InvalidOperationException($"The app setting '{name}' with the storage connection string is not set.");
}
