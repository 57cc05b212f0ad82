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

    private readonly TimeProvider _time;
    private readonly Adapter _adapter;
    private WebApplication? _service;

    public ReplayedAdapter(string repository, IProcessTable processes, TimeProvider? clock = null)
    {
        // The clock only moves for whoever waits: a torn file is waited for, and no test waits with it.
        _time = clock ?? new InstantTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _adapter = new Adapter(repository, processes, _time);
    }

    /// <summary>Serves it, on a free port.</summary>
    public async Task<Uri> ServeAsync()
    {
        _service = AdapterService.Create(_adapter, new ServeOptions(new IPEndPoint(IPAddress.Loopback, 0), Token), _time, static builder => builder.Logging.ClearProviders());
        await _service.StartAsync();
        return new Uri(_service.Urls.First());
    }

    /// <summary>One look, without the service.</summary>
    public Task<byte[]> SnapshotAsync(string loopId) => _adapter.SnapshotAsync(loopId, null, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }

        _adapter.Dispose();
    }
}
