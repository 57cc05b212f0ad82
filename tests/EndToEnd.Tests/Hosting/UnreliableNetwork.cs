using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Tests.Hosting;

/// <summary>Stands between the manager and an adapter and spoils what passes, as told.</summary>
internal sealed class UnreliableNetwork : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly WebApplication _server;
    private readonly TaskCompletionSource _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private UnreliableNetwork(Uri adapter)
    {
        _client = new HttpClient { BaseAddress = adapter };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(PassAsync);
    }

    public Uri Endpoint => new(_server.Urls.Single());

    public NetworkCondition Condition { get; set; }

    public static async Task<UnreliableNetwork> StartAsync(Uri adapter)
    {
        var network = new UnreliableNetwork(adapter);
        await network._server.StartAsync();
        return network;
    }

    public async ValueTask DisposeAsync()
    {
        _closing.TrySetResult();
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        switch (Condition)
        {
            case NetworkCondition.Dropping:
                context.Abort();
                return;
            case NetworkCondition.Hanging:
                await Task.WhenAny(_closing.Task, Task.Delay(Timeout.Infinite, context.RequestAborted));
                return;
            case NetworkCondition.Garbling:
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync("{\"schemaVersion\": <html>");
                return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), context.Request.Path + context.Request.QueryString);
        foreach (var (name, value) in context.Request.Headers.Where(header => header.Key is "Authorization" or "X-Trace-Id"))
        {
            request.Headers.TryAddWithoutValidation(name, value.ToArray());
        }

        using var response = await _client.SendAsync(request, context.RequestAborted);
        var body = await response.Content.ReadAsStringAsync(context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(Condition == NetworkCondition.FutureVersion ? body.Replace("\"v1\"", "\"v9\"", StringComparison.Ordinal) : body);
    }
}
