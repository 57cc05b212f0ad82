using System.Collections.Concurrent;
using LocalHost;
using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpsFunctions.Composition;
using OpsManager.Storage.InMemory;

namespace OpsFunctions.Tests.Telemetry;

/// <summary>The app under LocalHost in this process, everything in memory.</summary>
internal sealed class HostedApp : IAsyncDisposable
{
    public const string Key = "hosted-key";

    private readonly WebApplication _app;

    private HostedApp(WebApplication app, InMemoryRunStorage storage, ConcurrentQueue<string> invocations)
    {
        _app = app;
        Storage = storage;
        Invocations = invocations;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Http.DefaultRequestHeaders.Add("x-functions-key", Key);
    }

    public InMemoryRunStorage Storage { get; }

    /// <summary>Names of the functions that ended, in that order.</summary>
    public ConcurrentQueue<string> Invocations { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<HostedApp> StartAsync(TimeProvider time, Action<IServiceCollection>? services = null)
    {
        var storage = InMemoryRunStorage.Create(time);
        var invocations = new ConcurrentQueue<string>();
        var app = LocalHostApplication.Create(
            new LocalHostOptions
            {
                Args = ["--urls", "http://127.0.0.1:0"],
                InMemory = true,
                TimeProvider = time,
                Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
                    ["TASK_HUB_NAME"] = "Hosted",
                    ["Keys:Host"] = Key,
                    ["Adapter:AllowedHosts"] = "127.0.0.1",

                    // Their ticks would disturb the counting.
                    ["WATCHDOG_SCHEDULE"] = "0 0 0 29 2 *",
                    ["REAPER_SCHEDULE"] = "0 0 0 29 2 *",
                    ["RETENTION_SCHEDULE"] = "0 0 0 29 2 *",
                    ["NOTIFICATIONS_SCHEDULE"] = "0 0 0 29 2 *",
                },
            },
            typeof(OpsFunctionsComposition).Assembly,
            (collection, configuration) =>
            {
                collection.AddLogging(static logging => logging.ClearProviders());
                collection.AddOpsFunctions(configuration);
                collection.Replace(ServiceDescriptor.Singleton(storage.Store));
                collection.Replace(ServiceDescriptor.Singleton(storage.Index));
                collection.Replace(ServiceDescriptor.Singleton(storage.Purge));
                collection.Replace(ServiceDescriptor.Singleton(storage.Diagnostics));
                collection.Replace(ServiceDescriptor.Singleton(storage.Escalations));
                collection.Replace(ServiceDescriptor.Singleton(storage.Notifications));
                services?.Invoke(collection);
            },
            worker =>
            {
                worker.UseOpsFunctions();
                worker.UseMiddleware(async (context, next) =>
                {
                    await next();
                    invocations.Enqueue(context.FunctionDefinition.Name);
                });
            });
        await app.StartAsync();
        return new HostedApp(app, storage, invocations);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
