using System.Diagnostics;
using System.Text.Json;

namespace OpsManager.Benchmarks.Adapter;

/// <summary>The adapter as a service, asked over HTTP on the loopback address.</summary>
internal sealed class ServedAdapter : IAsyncDisposable
{
    private readonly Process process;
    private readonly HttpClient client;

    private ServedAdapter(Process process, HttpClient client) => (this.process, this.client) = (process, client);

    /// <summary>Peak resident memory so far, in MiB.</summary>
    public double Peak => AdapterProgram.PeakOf(process.Id);

    public static async Task<ServedAdapter> StartAsync(AdapterProgram program, string repository)
    {
        var started = program.Start("serve", "--repo", repository, "--listen", "127.0.0.1:0", "--insecure-no-token", "--task-socket", "/nowhere");
        started.ErrorDataReceived += static (_, _) => { };
        started.BeginErrorReadLine();
        var line = await started.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The service did not start.");
        using var document = JsonDocument.Parse(line);
        var address = new Uri(document.RootElement.GetProperty("listening").GetString()!);
        return new ServedAdapter(started, new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(10) });
    }

    /// <summary>One request, to the last byte of its answer.</summary>
    public async Task<(TimeSpan Elapsed, byte[] Body)> GetAsync(string path)
    {
        var begun = Stopwatch.GetTimestamp();
        var body = await client.GetByteArrayAsync(new Uri(path, UriKind.Relative));
        return (Stopwatch.GetElapsedTime(begun), body);
    }

    public Task<(TimeSpan Elapsed, byte[] Body)> SnapshotAsync() => GetAsync($"ops/snapshot?loopId={BenchmarkRepository.LoopId}");

    public Task<(TimeSpan Elapsed, byte[] Body)> EventsAsync(long cursor, int max) => GetAsync($"ops/events?loopId={BenchmarkRepository.LoopId}&cursor={cursor}&maxEvents={max}");

    /// <summary>Requests per second of some callers that each ask again as soon as they have an answer.</summary>
    public async Task<double> RateAsync(string path, int callers, TimeSpan duration)
    {
        await GetAsync(path);
        var begun = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            var count = 0;
            while (Stopwatch.GetElapsedTime(begun) < duration)
            {
                await GetAsync(path);
                count++;
            }

            return count;
        }));
        return counts.Sum() / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
