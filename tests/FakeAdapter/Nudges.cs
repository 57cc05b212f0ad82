using System.Net.Sockets;

namespace OpsManager.FakeAdapter;

/// <summary>Tells the manager to look at a run now. A nudge is a hint: one that is lost costs a poll interval.</summary>
internal sealed class Nudges : IDisposable
{
    private readonly HttpClient _client;

    public Nudges(Uri manager, string key)
    {
        _client = new HttpClient { BaseAddress = manager, Timeout = TimeSpan.FromSeconds(2) };
        _client.DefaultRequestHeaders.Add("x-functions-key", key);
    }

    public void Send(string runId) => _ = SendAsync(runId);

    public void Dispose() => _client.Dispose();

    private async Task SendAsync(string runId)
    {
        try
        {
            using var answer = await _client.PostAsync($"/api/runs/{Uri.EscapeDataString(runId)}/nudge", null);
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or TaskCanceledException)
        {
            // The manager is away; its next poll finds what there is.
        }
    }
}
