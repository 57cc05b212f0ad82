using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using OpsManager.Testing;
using SuperloopAdapter;
using SuperloopAdapter.Processes;
using SuperloopAdapter.Serving;

namespace OpsManager.Corpus.Tests.Replay;

/// <summary>The adapter as it is served, on a repository and a process table of the test.</summary>
internal sealed class ReplayedAdapter : IAsyncDisposable
{
    public const string Token = "replay-token";

    private readonly Adapter _adapter;
    private readonly WebApplication _service;

    private ReplayedAdapter(Adapter adapter, WebApplication service)
    {
        _adapter = adapter;
        _service = service;
    }

    public Uri Address => new(_service.Urls.First());

    public static async Task<ReplayedAdapter> StartAsync(string repository, IProcessTable processes)
    {
        // The clock only moves for whoever waits: a torn file is waited for, and no test waits with it.
        var time = new InstantTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var adapter = new Adapter(repository, processes, time);
        var service = AdapterService.Create(adapter, new ServeOptions(new IPEndPoint(IPAddress.Loopback, 0), Token), time, static builder => builder.Logging.ClearProviders());
        await service.StartAsync();
        return new ReplayedAdapter(adapter, service);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _adapter.Dispose();
    }
}
