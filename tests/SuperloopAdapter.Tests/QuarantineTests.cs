using System.Text.Json;
using OpsManager.Testing;

namespace SuperloopAdapter.Tests;

public sealed class QuarantineTests
{
    [Fact]
    public async Task A_quarantined_line_is_named_by_reason_size_and_hash()
    {
        using var repository = new TempRepository();
        repository.AppendLog("{\"timestamp\":\"2026-01-01T00:00:00Z\",\"event\":\"a\"}\n\n<<<<<<< HEAD\n[1]\n{\"event\":\"b\"}\n{\"timestamp\":\"2026-01-01T00:00:00Z\"}\n");
        await File.AppendAllBytesAsync(repository.LogPath, [(byte)'"', 0xff, (byte)'"', (byte)'\n']);
        repository.AppendLog("{\"timestamp\":\"2026-01-01T00:00:00Z\",\"event\":\"c\",\"data\":\"\\ud800\"}\n");
        repository.AppendLog(new string('x', Log.LogLine.MaxBytes + 1) + "\n");
        repository.AppendLog("{\"timestamp\":\"2026-01-01T00:00:00Z\",\"event\":\"z\"}\n");
        using var adapter = new Adapter(repository.Path, RecordedProcesses.None, new InstantTimeProvider(DateTimeOffset.UnixEpoch));

        var page = await adapter.EventsAsync(TempRepository.LoopId, 0, 0, null, CancellationToken.None);
        var seen = page.Envelopes.Select(static e =>
        {
            using var json = JsonDocument.Parse(e);
            var root = json.RootElement;
            return (root.GetProperty("sequence").GetProperty("value").GetInt64(), root.TryGetProperty("ext", out var ext)
                ? ext.GetProperty("quarantine").GetProperty("reason").GetString()
                : root.GetProperty("event").GetProperty("name").GetString());
        });
        Assert.Equal(
            [
                (1, "a"), (3, "invalid_json"), (4, "not_an_object"), (5, "missing_timestamp"), (6, "missing_event_name"),
                (7, "invalid_utf8"), (8, "invalid_text"), (9, "too_long"), (10, "z"),
            ],
            seen);

        using var garbage = JsonDocument.Parse(page.Envelopes[1]);
        var quarantine = garbage.RootElement.GetProperty("ext").GetProperty("quarantine");
        Assert.Equal(12, quarantine.GetProperty("sizeBytes").GetInt64());
        Assert.Equal(Sha256("<<<<<<< HEAD"), quarantine.GetProperty("sha256").GetString());
        using var long_ = JsonDocument.Parse(page.Envelopes[7]);
        Assert.Equal(Sha256(new string('x', Log.LogLine.MaxBytes + 1)), long_.RootElement.GetProperty("ext").GetProperty("quarantine").GetProperty("sha256").GetString());
    }

    private static string Sha256(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
}
