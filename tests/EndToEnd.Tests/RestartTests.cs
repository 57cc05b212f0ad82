using System.Globalization;
using System.Text.Json;
using EndToEnd.Tests.Hosting;
using OpsManager.Testing;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>LocalHost only: the manager is killed as by a power failure.</summary>
public sealed class RestartTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Kills = 20;

    private readonly ManagerUnderTest _manager = new();

    public async Task InitializeAsync()
    {
        if (!_manager.IsExternal)
        {
            await _manager.InitializeAsync();
        }
    }

    public Task DisposeAsync() => _manager.DisposeAsync();

    [LocalHostFact]
    public async Task A_reader_sees_every_line_once_and_in_order_though_the_manager_is_killed_twenty_times()
    {
        var seed = TestSeed.Announce(output);
        var random = new Random(seed);
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("long-run", adapter.Repository);
        loop.MoveTo("01-iter5");
        var started = await _manager.Client.StartRunAsync(OpsClient.StartRequest("killed", adapter.Endpoint));
        var runId = started.Json.GetProperty("runId").GetString()!;

        var reader = new FollowingReader(_manager.Client, runId);
        using var log = loop.Play("02-iter15").Concat(loop.Play("03-complete")).GetEnumerator();
        for (var kill = 0; kill < Kills; kill++)
        {
            for (var lines = random.Next(1, 25); lines > 0 && log.MoveNext(); lines--)
            {
                // Each step appends one line.
            }

            for (var looks = random.Next(0, 12); looks > 0; looks--)
            {
                await _manager.Client.PostAsync($"/api/runs/{runId}/nudge");
                await reader.ReadPageAsync(random.Next(1, 60));
            }

            _manager.Kill();
            await _manager.StartAsync();
        }

        while (log.MoveNext())
        {
            // The rest of the log.
        }

        await _manager.Client.AwaitStateAsync(runId, "completed");
        await reader.ReadToEndAsync();
        LoopRunTests.AssertEventsAreTheLog(loop.LogFrom(0), reader.Events);
    }

    private sealed class FollowingReader(OpsClient client, string runId)
    {
        private string? _after;

        public List<JsonElement> Events { get; } = [];

        public async Task<bool> ReadPageAsync(int limit)
        {
            var page = (await client.GetAsync($"/api/runs/{runId}/events?limit={limit}" + (_after is null ? string.Empty : $"&after={Uri.EscapeDataString(_after)}"))).Json;
            var events = page.GetProperty("value").EnumerateArray().ToList();
            Events.AddRange(events);
            _after = page.GetProperty("cursor").GetString();
            return events.Count > 0;
        }

        public async Task ReadToEndAsync()
        {
            while (await ReadPageAsync(500))
            {
                // Until a page is empty.
            }
        }
    }
}
