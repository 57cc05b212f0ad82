using System.Net;
using System.Text;
using LocalHost.Durable.Engine;
using LocalHost.Functions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalHost.Tests.Functions;

/// <summary>A local host over <see cref="SampleFunctions"/>, on a free port and in memory.</summary>
internal sealed class SampleApplication : IAsyncDisposable
{
    public const string MasterKey = "master-key";
    public const string HostKey = "host-key";
    public const string SystemKey = "system-key";
    public const string GuardedKey = "guarded-key";

    private readonly WebApplication _app;
    private readonly string _contentRoot;

    private SampleApplication(WebApplication app, string contentRoot, SampleState state)
    {
        _app = app;
        _contentRoot = contentRoot;
        State = state;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public SampleState State { get; }

    public HttpClient Http { get; }

    public OrchestrationEngine Engine => _app.Services.GetRequiredService<OrchestrationEngine>();

    public static async Task<SampleApplication> StartAsync(LocalHostOptions? options = null, SampleState? state = null)
    {
        state ??= new SampleState();
        string folder = Directory.CreateTempSubdirectory("localhost-tests-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "host.json"), """
            {
              // As at the root of the repository.
              "version": "2.0",
              "extensions": { "http": { "routePrefix": "api" }, "durableTask": { "hubName": "%TASK_HUB_NAME%" } }
            }
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "local.settings.json"), $$"""
            {
              "IsEncrypted": false,
              "Values": {
                "TASK_HUB_NAME": "SampleHub",
                "TICK_SCHEDULE": "0 0 0 29 2 *",
                "Keys__Master": "{{MasterKey}}",
                "Keys__Host": "{{HostKey}}",
                "Keys__System": "{{SystemKey}}",
                "Keys__Functions__Guarded__adapter": "{{GuardedKey}}"
              }
            }
            """);
        options ??= new LocalHostOptions();
        WebApplication created = LocalHostApplication.Create(
            options with { ContentRoot = folder, InMemory = true, Args = ["--urls", "http://127.0.0.1:0"] },
            FunctionCatalog.From([typeof(SampleFunctions)]),
            (services, _) =>
            {
                services.AddSingleton(state);
                services.AddLogging(logging => logging.ClearProviders());
            },
            worker => worker
                .UseMiddleware<TracingMiddleware>()
                .UseMiddleware((context, next) =>
                {
                    state.Trace.Enqueue($"second: {context.FunctionDefinition.Name}");
                    return next();
                }));
        await created.StartAsync();
        return new SampleApplication(created, folder, state);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? key = null, string? json = null)
    {
        using HttpRequestMessage request = new(method, path);
        if (key is not null)
        {
            request.Headers.Add("x-functions-key", key);
        }

        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        return await Http.SendAsync(request);
    }

    public async Task<HttpStatusCode> StatusAsync(HttpMethod method, string path, string? key = null, string? json = null)
    {
        using HttpResponseMessage response = await SendAsync(method, path, key, json);
        return response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_contentRoot, recursive: true);
    }
}
