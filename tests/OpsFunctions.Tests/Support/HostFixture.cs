using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using LocalHost;
using LocalHost.Durable.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OpsFunctions.Composition;
using OpsFunctions.Orchestrations;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;
using OpsManager.Sprites.Endpoints;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Support;

/// <summary>The app in LocalHost: the real engine with replay, the real middleware and HTTP, over a store in memory.</summary>
internal sealed class HostFixture : IAsyncDisposable
{
    private const string Key = "test-key";

    private readonly WebApplication _app;

    private HostFixture(DurableTestModes modes)
    {
        Adapter = new FakeAdapter(TimeProvider.System);
        _app = LocalHostApplication.Create(
            new LocalHostOptions
            {
                InMemory = true,
                TestModes = modes,
                Settings = new Dictionary<string, string?>(OpsFunctionsComposition.DefaultSettings.ToDictionary(pair => pair.Key, pair => (string?)pair.Value))
                {
                    ["urls"] = "http://127.0.0.1:0",
                    ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
                    ["TASK_HUB_NAME"] = "Tests",
                    ["Keys:Host"] = Key,
                },
            },
            typeof(OpsFunctionsComposition).Assembly,
            (services, configuration) =>
            {
                services.AddOpsFunctions(configuration);
                services.Replace(ServiceDescriptor.Singleton(Storage.Store));
                services.Replace(ServiceDescriptor.Singleton(Storage.Index));
                services.Replace(ServiceDescriptor.Singleton(Storage.Purge));
                services.Replace(ServiceDescriptor.Singleton(Storage.Diagnostics));
                services.Replace(ServiceDescriptor.Singleton(Storage.Escalations));
                services.Replace(ServiceDescriptor.Singleton(Storage.Notifications));
                services.Replace(ServiceDescriptor.Singleton<IAdapterClient>(Adapter));
                services.Replace(ServiceDescriptor.Singleton<IEndpointPolicy>(new FakeEndpoints()));
                services.AddLogging(logging => logging.ClearProviders());
            },
            worker => worker.UseOpsFunctions());
    }

    public FakeAdapter Adapter { get; }

    public InMemoryRunStorage Storage { get; } = InMemoryRunStorage.Create();

    public DurableTaskClient Client => _app.Services.GetRequiredService<DurableTaskClient>();

    public static async Task<HostFixture> StartAsync(DurableTestModes? modes = null)
    {
        var fixture = new HostFixture(modes ?? new DurableTestModes());
        await fixture._app.StartAsync();
        return fixture;
    }

    /// <summary>Creates a run that is polled as often as wanted, and starts its engine.</summary>
    public async Task<RunHead> CreateAsync(TimeSpan interval, LaunchKind launch = LaunchKind.Attach, Action? beforeStart = null)
    {
        var policy = PolicyProfiles.Find(PolicyProfiles.Default)! with
        {
            Poll = new PollIntervals(interval, interval, interval),
            EndSettle = TimeSpan.FromMilliseconds(50),
        };
        var run = Samples.Run("run-hosted", launch, policy: policy, createdAt: TimeProvider.System.GetUtcNow());
        var head = ((CreateRunResult.Created)await Storage.Store.CreateAsync(new NewRun(run, null, "hash"), default)).Head;
        beforeStart?.Invoke();
        await new EngineStarter().EnsureStartedAsync(Client, head, default);
        return head;
    }

    public async Task<RunHead> HeadAsync() => (await Storage.Store.FindAsync(RunId.Parse("run-hosted"), default))!;

    public async Task<OrchestrationMetadata> CompletedAsync(int generation = 1)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await Client.WaitForInstanceCompletionAsync($"run-hosted-g{generation}", getInputsAndOutputs: true, patience.Token);
    }

    public async Task<(HttpResponseMessage Response, string Text)> SendAsync(string method, string path, JsonNode? body = null, bool withKey = true, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (withKey)
        {
            request.Headers.Add("x-functions-key", Key);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        var response = await client.SendAsync(request);
        return (response, await response.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
