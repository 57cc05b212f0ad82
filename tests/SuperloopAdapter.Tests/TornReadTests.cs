using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SuperloopAdapter.Tests;

/// <summary>A writer that truncates, writes in pieces and appends in pieces as fast as it can, and a reader beside it.</summary>
public sealed class TornReadTests
{
    private const int Rounds = 400;

    [Fact]
    public async Task No_half_written_moment_becomes_a_fact_and_no_event_is_lost_or_doubled()
    {
        using var repository = new TempRepository();
        repository.Write("config.json", "{\"loops\":[{\"id\":\"demo-loop\"}]}");
        repository.Write("state.json", State(0));
        repository.AppendLog(string.Empty);
        using var adapter = new Adapter(repository.Path, RecordedProcesses.Unreadable, TimeProvider.System);
        using var done = new CancellationTokenSource();
        var writer = Task.Run(async () =>
        {
            using var log = new FileStream(repository.LogPath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            for (var round = 1; round <= Rounds; round++)
            {
                await using (var state = new FileStream(repository.File("state.json"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite))
                {
                    var bytes = Encoding.UTF8.GetBytes(State(round));
                    await state.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
                    await state.FlushAsync();
                    await state.WriteAsync(bytes.AsMemory(bytes.Length / 2));
                }

                var line = Encoding.UTF8.GetBytes($"{{\"timestamp\":\"2026-01-01T00:00:00Z\",\"event\":\"e{round}\",\"run_id\":\"r\"}}\n");
                await log.WriteAsync(line.AsMemory(0, 20));
                await log.FlushAsync();
                await log.WriteAsync(line.AsMemory(20));
                await log.FlushAsync();
            }

            await done.CancelAsync();
        });

        List<string> seen = [];
        long cursor = 0;
        long lastRound = 0;
        for (var last = false; !last;)
        {
            last = done.IsCancellationRequested;
            using var snapshot = JsonDocument.Parse(await adapter.SnapshotAsync("demo-loop", null, CancellationToken.None));
            var state = snapshot.RootElement.GetProperty("runtime").GetProperty("superloopState");
            Assert.True(snapshot.RootElement.GetProperty("artifacts").GetProperty("state").GetProperty("exists").GetBoolean());
            if (state.ValueKind != JsonValueKind.Null)
            {
                var round = state.GetProperty("iteration").GetInt64();
                Assert.Equal(State((int)round), state.GetRawText());
                Assert.True(round >= lastRound, "an older state was served after a newer one");
                lastRound = round;
            }

            var page = await adapter.EventsAsync("demo-loop", cursor, 7, null, CancellationToken.None);
            foreach (var envelope in page.Envelopes)
            {
                using var json = JsonDocument.Parse(envelope);
                seen.Add(json.RootElement.GetProperty("event").GetProperty("name").GetString()!);
            }

            cursor = page.EndLine;
            last &= cursor == Rounds;
        }

        await writer;
        Assert.Equal(Enumerable.Range(1, Rounds).Select(static n => "e" + n.ToString(CultureInfo.InvariantCulture)), seen);
        Assert.Equal(Rounds, lastRound);
    }

    // Padded, so that each version has the same size: only the times tell them apart.
    private static string State(int round) =>
        $"{{\"active\":true,\"iteration\":{round},\"current_loop_id\":\"demo-loop\",\"pad\":\"{new string('x', 2000 - round.ToString(CultureInfo.InvariantCulture).Length)}\"}}";
}
