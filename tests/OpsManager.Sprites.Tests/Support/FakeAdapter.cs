using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpsManager.Testing.Corpus;

namespace OpsManager.Sprites.Tests.Support;

/// <summary>An adapter in this process that behaves as told, well or badly.</summary>
internal sealed class FakeAdapter : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeAdapter(WebApplication app) => _app = app;

    public ConcurrentQueue<ReceivedRequest> Requests { get; } = new();

    public Uri Endpoint => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<FakeAdapter> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static k => k.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        var adapter = new FakeAdapter(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            adapter.Requests.Enqueue(new ReceivedRequest(
                context.Request.Method,
                context.Request.Path + context.Request.QueryString,
                context.Request.Headers.ToDictionary(static h => h.Key, static h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                await reader.ReadToEndAsync(context.RequestAborted)));
            await answer(context);
        });
        await app.StartAsync();
        return adapter;
    }

    /// <summary>Answers everything with one recorded response.</summary>
    public static Task<FakeAdapter> ReplayAsync(HttpExchange exchange) => StartAsync(context => ReplayAsync(context, exchange));

    public static async Task ReplayAsync(HttpContext context, HttpExchange exchange)
    {
        if (exchange.Response.Status is not { } status)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = exchange.Response.Headers.GetValueOrDefault("Content-Type") ?? "application/json";
        await context.Response.Body.WriteAsync(exchange.Response.Body, context.RequestAborted);
    }

    public static Task<FakeAdapter> AnswerAsync(int status, string body) => StartAsync(async context =>
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(body, context.RequestAborted);
    });

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

internal sealed record ReceivedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);
