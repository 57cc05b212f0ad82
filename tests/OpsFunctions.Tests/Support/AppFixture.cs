using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpsFunctions.Activities.Polling;
using OpsFunctions.Composition;
using OpsManager.Core.Decisions;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;
using OpsManager.Sprites.Endpoints;
using OpsManager.Storage.Documents;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Index;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Purging;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Support;

/// <summary>The app over a store in memory, an adapter that a test writes to and a clock that a test moves.</summary>
internal sealed class AppFixture : IDisposable
{
    private const int TurnsPerStep = 50;

    private readonly ServiceProvider _provider;

    /// <summary>An app of its own.</summary>
    /// <param name="settings">Settings beside the default ones.</param>
    /// <param name="compose">Puts other parts in the place of those here.</param>
    public AppFixture(IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? compose = null)
    {
        Storage = InMemoryRunStorage.Create(Time);
        Adapter = new FakeAdapter(Time);
        Client = new FakeDurableClient(Time);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true" })
            .AddInMemoryCollection(settings ?? new Dictionary<string, string?>())
            .Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Time);
        services.AddOpsFunctions(configuration);
        services.Replace(ServiceDescriptor.Singleton(Storage.Store));
        services.Replace(ServiceDescriptor.Singleton(Storage.Index));
        services.Replace(ServiceDescriptor.Singleton(Storage.Purge));
        services.Replace(ServiceDescriptor.Singleton(Storage.Diagnostics));
        services.Replace(ServiceDescriptor.Singleton(Storage.Escalations));
        services.Replace(ServiceDescriptor.Singleton(Storage.Notifications));
        services.Replace(ServiceDescriptor.Singleton<IAdapterClient>(Adapter));
        services.Replace(ServiceDescriptor.Singleton<IEndpointPolicy>(new FakeEndpoints()));
        compose?.Invoke(services);
        _provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = compose is null, ValidateScopes = true });
    }

    public TestTime Time { get; } = new();

    public InMemoryRunStorage Storage { get; }

    public IRunStore Store => Storage.Store;

    public IRunIndex Index => Storage.Index;

    public IRunPurge Purge => Storage.Purge;

    public FakeAdapter Adapter { get; }

    public FakeDurableClient Client { get; }

    public T Get<T>()
        where T : class => ActivatorUtilities.GetServiceOrCreateInstance<T>(_provider);

    /// <summary>One of its own, as another process would have it.</summary>
    public T Another<T>(params object[] parts) => ActivatorUtilities.CreateInstance<T>(_provider, parts);

    public async Task<RunHead> CreateAsync(string id = "run-sample", LaunchKind launch = LaunchKind.Attach, string sprite = "sprite-a") =>
        ((CreateRunResult.Created)await Store.CreateAsync(new NewRun(Samples.Run(id, launch, sprite), null, "hash"), default)).Head;

    /// <summary>A run that has ended now.</summary>
    public async Task<RunHead> EndAsync(string id, Quiescence quiescence = Quiescence.Proven, string sprite = "sprite-a")
    {
        var run = Samples.Run(id, sprite: sprite, createdAt: Time.GetUtcNow());
        await Store.CreateAsync(new NewRun(run, null, "hash"), default);
        return await FinishAsync(id, quiescence);
    }

    /// <summary>Ends a run that is there.</summary>
    public async Task<RunHead> FinishAsync(string id, Quiescence quiescence = Quiescence.Proven)
    {
        var head = await HeadAsync(id);
        var ended = head.Run with { Lifecycle = LifecycleStatus.Ended(LifecycleState.Completed, Time.GetUtcNow(), null, quiescence, quiescence == Quiescence.Proven ? "process" : null) };
        await Store.ApplyAsync(ended.Spec.RunId, head.Engine, new ApplyRequest("1-end", head.Revision, new Decision(ended, [], [], true)), default);
        head = await HeadAsync(id);
        await Index.SynchronizeAsync(head, default);
        return head;
    }

    public async Task<RunHead> HeadAsync(string id = "run-sample") => (await Store.FindAsync(RunId.Parse(id), default))!;

    public Task<PollOutcome> PollAsync(long cycle, int generation = 1, string id = "run-sample") =>
        Get<RunPoller>().PollAsync(new PollRequest(RunId.Parse(id), generation, cycle), default);

    public async Task<IReadOnlyList<StoredEvent>> EventsAsync(string id = "run-sample") => await Store.ReadEventsAsync(RunId.Parse(id), 0, 1000, default);

    /// <summary>Makes a document look as if a newer version had written it; a row that was not there has nothing else.</summary>
    public async Task MakeUnreadableAsync(StorageTable table, string partitionKey, string rowKey)
    {
        var newer = RowWrite.Merge(rowKey, RowProperties.Plain("newer", (DocumentFormat<RunHead>.VersionProperty, 99)));
        Assert.Equal(WriteStatus.Written, (await Storage.Rows.WriteAsync(table, partitionKey, [newer], default)).Status);
    }

    /// <summary>A request as the host hands it over.</summary>
    public HttpRequest Request(string method, string pathAndQuery, JsonNode? body = null, params (string Name, string Value)[] headers) =>
        Request(method, pathAndQuery, body is null ? null : Encoding.UTF8.GetBytes(body.ToJsonString()), headers);

    public HttpRequest Request(string method, string pathAndQuery, byte[]? body, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext { RequestServices = _provider };
        context.Response.Body = new MemoryStream();
        var request = context.Request;
        request.Method = method;
        request.Scheme = "https";
        request.Host = new HostString("ops.test");
        var parts = pathAndQuery.Split('?', 2);
        request.Path = parts[0];
        request.QueryString = parts.Length == 2 ? new QueryString("?" + parts[1]) : default;
        if (body is not null)
        {
            request.Body = new MemoryStream(body);
            request.ContentLength = body.Length;
            request.ContentType = "application/json";
        }

        foreach (var (name, value) in headers)
        {
            request.Headers[name] = value;
        }

        return request;
    }

    /// <summary>Lets time pass until something has happened that waits for it.</summary>
    public async Task<T> PassTimeUntilAsync<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMilliseconds(500));

            // What the time set off has its turns before more passes: it waits for storage in several steps.
            for (var turn = 0; turn < TurnsPerStep && !task.IsCompleted; turn++)
            {
                await Task.Yield();
            }
        }

        return await task;
    }

    public void Dispose() => _provider.Dispose();
}
