using System.Text.Json;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Tests.Support;
using OpsManager.Testing.Corpus;

namespace OpsManager.Sprites.Tests.Adapter;

/// <summary>What the existing service was seen to answer, replayed.</summary>
public sealed class RecordedExchangeTests
{
    [Theory]
    [InlineData("03", "adapter_unauthorized")]
    [InlineData("07", "adapter_error")]
    [InlineData("08", "loop_not_started")]
    [InlineData("09", "loop_mismatch")]
    [InlineData("12", "invalid_transport_payload")]
    [InlineData("20", "adapter_error")]
    [InlineData("22", "adapter_error")]
    [InlineData("29", "transport_unreachable")]
    [InlineData("44", "adapter_error")]
    [InlineData("45", "adapter_error")]
    public async Task A_snapshot_that_was_not_answered_has_its_code(string recording, string code)
    {
        await using var adapter = await FakeAdapter.ReplayAsync(CorpusLibrary.Recording(recording).Exchanges[0]);
        await using var boundary = new Boundary();

        var result = await boundary.SnapshotAsync(adapter.Endpoint);

        Assert.Equal(code, result.Code());
    }

    [Theory]
    [InlineData("13", 0, "cursor_ahead")]
    [InlineData("15", 0, "adapter_error")]
    [InlineData("19", 0, "loop_not_started")]
    [InlineData("46", 2, "cursor_ahead")]
    [InlineData("47", 1, "adapter_error")]
    public async Task Events_that_were_not_answered_have_their_code(string recording, int exchange, string code)
    {
        await using var adapter = await FakeAdapter.ReplayAsync(CorpusLibrary.Recording(recording).Exchanges[exchange]);
        await using var boundary = new Boundary();

        Assert.Equal(code, (await boundary.EventsAsync(adapter.Endpoint, 0)).Code());
    }

    [Theory]
    [InlineData("06")]
    [InlineData("37")]
    [InlineData("46")]
    [InlineData("47")]
    [InlineData("48")]
    public async Task A_recorded_snapshot_is_read_with_its_bytes(string recording)
    {
        var exchange = CorpusLibrary.Recording(recording).Exchanges[0];
        await using var adapter = await FakeAdapter.ReplayAsync(exchange);
        await using var boundary = new Boundary();

        var reading = (await boundary.SnapshotAsync(adapter.Endpoint)).Value();

        Assert.Equal("demo-loop", reading.Envelope.Source.LoopId);
        Assert.Equal(exchange.Response.Body, reading.Raw.ToArray());
    }

    [Theory]
    [InlineData("10", 0, 5, 29)]
    [InlineData("11", 5, 5, 29)]
    [InlineData("12", 29, 0, 29)]
    [InlineData("14", 0, 29, 29)]
    public async Task A_recorded_page_is_read_line_by_line(string recording, long cursor, int lines, long lineCount)
    {
        await using var adapter = await FakeAdapter.ReplayAsync(CorpusLibrary.Recording(recording).Only);
        await using var boundary = new Boundary();

        var reading = (await boundary.EventsAsync(adapter.Endpoint, cursor)).Value();

        Assert.Equal(lineCount, reading.LineCount);
        Assert.Equal(Enumerable.Range(1, lines).Select(i => cursor + i), reading.Lines.Select(static l => l.Line));
        Assert.All(reading.Lines, static l =>
        {
            Assert.Null(l.QuarantineReason);
            using var raw = JsonDocument.Parse(l.Raw);
            Assert.Equal(l.Envelope!.Event.Name, raw.RootElement.GetProperty("event").GetProperty("name").GetString());
        });
    }

    [Fact]
    public async Task A_last_line_without_its_newline_is_not_yet_an_event()
    {
        await using var adapter = await FakeAdapter.ReplayAsync(CorpusLibrary.Recording("46").Exchanges[1]);
        await using var boundary = new Boundary();

        var reading = (await boundary.EventsAsync(adapter.Endpoint, 0)).Value();

        Assert.Equal((8, 8), (reading.Lines.Count, reading.LineCount));
    }

    [Fact]
    public async Task The_request_is_the_one_recorded_clients_sent()
    {
        await using var adapter = await FakeAdapter.ReplayAsync(CorpusLibrary.Recording("10").Only);
        await using var boundary = new Boundary();

        await boundary.EventsAsync(adapter.Endpoint, 0, 5);

        var request = Assert.Single(adapter.Requests);
        Assert.Equal(CorpusLibrary.Recording("10").Only.Request.Path, request.Target);
        Assert.Equal("Bearer s3cret-token", request.Headers["Authorization"]);
        Assert.Equal("trace-1", request.Headers["X-Trace-Id"]);
    }

    [Fact]
    public async Task An_endpoint_below_a_path_keeps_it_and_one_without_token_name_gets_none()
    {
        await using var adapter = await FakeAdapter.ReplayAsync(CorpusLibrary.Recording("06").Only);
        await using var boundary = new Boundary();

        await boundary.Client.GetSnapshotAsync(Boundary.Sprite(new Uri(adapter.Endpoint, "/sprites/one"), null), LoopId.Parse("demo-loop"), "bad\r\ntrace", CancellationToken.None);

        var request = Assert.Single(adapter.Requests);
        Assert.Equal("/sprites/one/ops/snapshot?loopId=demo-loop", request.Target);
        Assert.False(request.Headers.ContainsKey("Authorization"));
        Assert.False(request.Headers.ContainsKey("X-Trace-Id"));
    }

    [Fact]
    public async Task No_page_is_larger_than_the_setting_allows_even_if_the_adapter_gives_more()
    {
        await using var adapter = await FakeAdapter.StartAsync(static c => FakeAdapter.ReplayAsync(c, CorpusLibrary.Recording("14").Only));
        await using var boundary = new Boundary(new Dictionary<string, string?> { ["Adapter:MaxEventsPerPage"] = "7" });

        var reading = (await boundary.EventsAsync(adapter.Endpoint, 0, 5_000)).Value();

        Assert.EndsWith("&maxEvents=7", Assert.Single(adapter.Requests).Target, StringComparison.Ordinal);
        Assert.Equal(7, reading.Lines.Count);
    }
}
