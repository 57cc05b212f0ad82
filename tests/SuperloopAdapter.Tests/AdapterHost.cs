using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using OpsManager.Testing.Corpus;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Processes;
using SuperloopAdapter.Serving;

namespace SuperloopAdapter.Tests;

/// <summary>The service in this process, on a free port.</summary>
internal sealed class AdapterHost : IAsyncDisposable
{
    public const string Token = "s3cret-token";

    private readonly WebApplication app;
    private readonly Adapter adapter;

    private AdapterHost(WebApplication app, Adapter adapter)
    {
        this.app = app;
        this.adapter = adapter;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public static async Task<AdapterHost> StartAsync(string repoPath, IProcessTable? processes = null, TimeProvider? time = null, string? token = Token, LaunchOptions? launching = null)
    {
        var opened = new Adapter(repoPath, processes ?? RecordedProcesses.None, time ?? TimeProvider.System, launching);
        var service = AdapterService.Create(opened, new ServeOptions(new IPEndPoint(IPAddress.Loopback, 0), token), time ?? TimeProvider.System);
        await service.StartAsync();
        return new AdapterHost(service, opened);
    }

    /// <summary>A GET with the token.</summary>
    public Task<HttpResponseMessage> GetAsync(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Authorization", "Bearer " + Token);
        return Client.SendAsync(request);
    }

    /// <summary>A recorded request, its path as it is: a client that tidies it would hide what it tries.</summary>
    public Task<HttpResponseMessage> SendAsync(RecordedRequest recorded)
    {
        var request = new HttpRequestMessage(new HttpMethod(recorded.Method), recorded.Path);
        foreach (var (name, value) in recorded.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (recorded.RawBody is { } raw)
        {
            request.Content = new StringContent(raw, Encoding.UTF8, "application/json");
        }
        else if (recorded.Body is { } body)
        {
            request.Content = new StringContent(body.GetRawText(), Encoding.UTF8, "application/json");
        }

        return Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
        adapter.Dispose();
    }
}
