using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using LocalHost;
using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpsFunctions.Composition;
using OpsFunctions.Orchestrations;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage.Runs;

namespace OpsManager.Benchmarks;

/// <summary>The manager under LocalHost in this process, on Azurite, with one run, an adapter in memory and a stepped clock.</summary>
internal sealed class ManagerUnderMeasurement : IAsyncDisposable
{
    // Opens functions to this process, which makes it up anew each time.
    private static readonly string Key = Guid.NewGuid().ToString("N");

    private readonly WebApplication _app;
    private readonly StorageTraffic _traffic;

    private ManagerUnderMeasurement(WebApplication app, SteppedTime time, FakeAdapter adapter, StorageTraffic traffic, ConcurrentQueue<Invocation> invocations)
    {
        _app = app;
        _traffic = traffic;
        Time = time;
        Adapter = adapter;
        Invocations = invocations;
    }

    public SteppedTime Time { get; }

    public FakeAdapter Adapter { get; }

    public ConcurrentQueue<Invocation> Invocations { get; }

    public static async Task<ManagerUnderMeasurement> StartAsync(string connection, StorageTraffic traffic, Action<FakeAdapter> prepare)
    {
        var time = new SteppedTime(Samples.Start);
        var adapter = new FakeAdapter(time);
        prepare(adapter);
        var invocations = new ConcurrentQueue<Invocation>();
        var name = "Cost" + Guid.NewGuid().ToString("N")[..8];
        var app = LocalHostApplication.Create(
            new LocalHostOptions
            {
                Args = ["--urls", "http://127.0.0.1:0"],
                TimeProvider = time,
                Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["AzureWebJobsStorage"] = connection,
                    ["OwnStorage"] = connection.Replace(StorageTraffic.HubHost, StorageTraffic.OwnHost, StringComparison.Ordinal),
                    ["Storage:Connection"] = "OwnStorage",
                    ["Storage:TablePrefix"] = name,
                    ["TASK_HUB_NAME"] = name,
                    ["Keys:Host"] = Key,

                    // Between the polls, which come at even seconds or at multiples of five: what happens at once cannot be told apart.
                    ["WATCHDOG_SCHEDULE"] = "17 * * * * *",
                    ["REAPER_SCHEDULE"] = "37 * * * * *",
                    ["RETENTION_SCHEDULE"] = "47 17 * * * *",
                    ["NOTIFICATIONS_SCHEDULE"] = "23,53 * * * * *",
                },
            },
            typeof(OpsFunctionsComposition).Assembly,
            (services, configuration) =>
            {
                services.AddLogging(static logging => logging.ClearProviders());
                services.AddOpsFunctions(configuration);
                services.Replace(ServiceDescriptor.Singleton<IAdapterClient>(adapter));
            },
            worker =>
            {
                worker.UseOpsFunctions();
                worker.UseMiddleware(async (context, next) =>
                {
                    var before = traffic.Own;
                    await next();
                    invocations.Enqueue(new Invocation(context.FunctionDefinition.Name, traffic.Own - before));
                });
            });
        await app.StartAsync();
        return new ManagerUnderMeasurement(app, time, adapter, traffic, invocations);
    }

    /// <summary>Creates the run and starts its engine.</summary>
    public async Task BeginAsync()
    {
        var store = _app.Services.GetRequiredService<IRunStore>();
        var created = (CreateRunResult.Created)await store.CreateAsync(new NewRun(Samples.Run(), null, "hash"), default);
        await _app.Services.GetRequiredService<EngineStarter>().EnsureStartedAsync(_app.Services.GetRequiredService<DurableTaskClient>(), created.Head, default);
        await _traffic.CalmAsync();
    }

    public async Task<RunHead> HeadAsync() =>
        (await _app.Services.GetRequiredService<IRunStore>().FindAsync(RunId.Parse("run-sample"), default))!;

    /// <summary>Asks for an intent through the API and waits until what that sets off is done.</summary>
    public async Task AskAsync(string verb)
    {
        using var client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/runs/run-sample/intents") { Content = JsonContent.Create(new { verb }) };
        request.Headers.Add("x-functions-key", Key);
        using var response = await client.SendAsync(request);
        if (response.StatusCode != HttpStatusCode.Accepted)
        {
            throw new InvalidOperationException($"{verb} was answered with {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }

        await _traffic.CalmAsync();
    }

    /// <summary>Lets time pass, from timer to timer.</summary>
    public async Task PassAsync(TimeSpan span)
    {
        var limit = Time.GetUtcNow() + span;
        while (Time.StepTo(limit) || Time.GetUtcNow() < limit)
        {
            await _traffic.CalmAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
