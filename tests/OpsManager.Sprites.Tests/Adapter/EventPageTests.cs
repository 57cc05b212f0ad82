using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpsManager.Contract;
using OpsManager.Sprites.Adapter;
using OpsManager.Sprites.Tests.Support;
using OpsManager.Testing.Corpus;

namespace OpsManager.Sprites.Tests.Adapter;

/// <summary>Pages made from a recorded one by a single change.</summary>
public sealed class EventPageTests
{
    [Fact]
    public async Task An_unreadable_event_is_set_aside_and_hides_no_neighbour()
    {
        await using var adapter = await PageAsync(static page =>
        {
            page["events"]![1]!["event"]!.AsObject().Remove("name");
            page["events"]![3] = "garbage";
        });
        await using var boundary = new Boundary();

        var reading = (await boundary.EventsAsync(adapter.Endpoint, 0)).Value();

        Assert.Equal([1, 2, 3, 4, 5], reading.Lines.Select(static l => l.Line));
        Assert.Equal([2, 4], reading.Lines.Where(static l => l.QuarantineReason is not null).Select(static l => l.Line));
        Assert.StartsWith("field_missing: event.name", reading.Lines[1].QuarantineReason, StringComparison.Ordinal);
        Assert.Null(reading.Lines[1].Envelope);
        Assert.NotEqual(0, reading.Lines[1].Raw.Length);
        Assert.Equal("\"garbage\""u8.ToArray(), reading.Lines[3].Raw.ToArray());
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(2, 2)]
    [InlineData(0, 6)]
    public async Task A_page_with_gaps_or_running_backwards_is_refused_whole(int index, int line)
    {
        await using var adapter = await PageAsync(page => page["events"]![index]!["cursor"]!["eventLineOffset"] = line);
        await using var boundary = new Boundary();

        Assert.Equal("invalid_transport_payload", (await boundary.EventsAsync(adapter.Endpoint, 0)).Code());
    }

    [Fact]
    public async Task A_page_of_another_place_is_refused_whole()
    {
        await using var adapter = await PageAsync(static _ => { });
        await using var boundary = new Boundary();

        Assert.Equal("invalid_transport_payload", (await boundary.EventsAsync(adapter.Endpoint, 5)).Code());
    }

    [Fact]
    public async Task A_page_that_leaves_lines_out_without_saying_so_is_refused()
    {
        await using var adapter = await PageAsync(static page => page["events"]!.AsArray().RemoveAt(4));
        await using var boundary = new Boundary();

        Assert.Equal("invalid_transport_payload", (await boundary.EventsAsync(adapter.Endpoint, 0)).Code());
    }

    [Fact]
    public async Task A_log_shorter_than_the_cursor_is_told_even_by_a_page_that_succeeds()
    {
        await using var adapter = await FakeAdapter.ReplayAsync(CorpusLibrary.Recording("12").Only);
        await using var boundary = new Boundary();

        Assert.Equal("cursor_ahead", (await boundary.EventsAsync(adapter.Endpoint, 40)).Code());
    }

    [Fact]
    public async Task One_event_of_another_version_refuses_the_page_so_that_nothing_is_lost()
    {
        await using var adapter = await PageAsync(static page => page["events"]![2]!["schemaVersion"] = "v2");
        await using var boundary = new Boundary();

        Assert.Equal("unsupported_schema_version", (await boundary.EventsAsync(adapter.Endpoint, 0)).Code());
    }

    [Fact]
    public async Task One_event_of_another_loop_refuses_the_page()
    {
        await using var adapter = await PageAsync(static page => page["events"]![2]!["source"]!["loopId"] = "loop-b");
        await using var boundary = new Boundary();

        Assert.Equal("loop_mismatch", (await boundary.EventsAsync(adapter.Endpoint, 0)).Code());
    }

    [Theory]
    [InlineData("ok", "invalid_transport_payload")]
    [InlineData("events", "invalid_transport_payload")]
    [InlineData("cursor", "invalid_transport_payload")]
    public async Task A_page_without_its_frame_is_refused(string member, string code)
    {
        await using var adapter = await PageAsync(page => page.Remove(member));
        await using var boundary = new Boundary();

        Assert.Equal(code, (await boundary.EventsAsync(adapter.Endpoint, 0)).Code());
    }

    [Fact]
    public async Task A_page_of_another_version_or_loop_is_refused()
    {
        await using var version = await PageAsync(static page => page["schemaVersion"] = "v9");
        await using var loop = await PageAsync(static page => page["source"]!["loopId"] = "loop-b");
        await using var boundary = new Boundary();

        Assert.Equal("unsupported_schema_version", (await boundary.EventsAsync(version.Endpoint, 0)).Code());
        Assert.Equal("loop_mismatch", (await boundary.EventsAsync(loop.Endpoint, 0)).Code());
    }

    [Theory]
    [InlineData("\u00FF\u00FE")]
    [InlineData("\\ud800")]
    [InlineData("x\",\"\\udc00\":\"")]
    public async Task A_line_that_is_no_text_is_set_aside_as_a_copy_that_is(string spoiled)
    {
        await using var adapter = await SpoiledAsync(static page => page["events"]![1]!["event"]!["raw"]!["timestamp"] = "SPOILED", spoiled);
        await using var boundary = new Boundary();

        var reading = (await boundary.EventsAsync(adapter.Endpoint, 0)).Value();

        Assert.Equal([1, 2, 3, 4, 5], reading.Lines.Select(static l => l.Line));
        var line = Assert.Single(reading.Lines, static l => l.QuarantineReason is not null);
        Assert.Equal(2, line.Line);
        Assert.StartsWith("invalid_json", line.QuarantineReason, StringComparison.Ordinal);
        using var kept = JsonText.Parse(line.Raw);
        Assert.Equal(2, kept.RootElement.GetProperty("sequence").GetProperty("value").GetInt32());
    }

    [Theory]
    [InlineData("source")]
    [InlineData("run")]
    public async Task A_page_whose_envelopes_are_no_text_is_refused_because_the_fault_is_the_adapters(string member)
    {
        await using var adapter = await SpoiledAsync(page => page["events"]![1]![member]!["x"] = "SPOILED", "\u00FF");
        await using var boundary = new Boundary();

        Assert.Equal("invalid_transport_payload", (await boundary.EventsAsync(adapter.Endpoint, 0)).Code());
    }

    [Fact]
    public async Task A_page_whose_frame_is_no_text_is_refused()
    {
        await using var bytes = await SpoiledAsync(static page => page["source"]!["loopId"] = "SPOILED", "\u00FF");
        await using var half = await SpoiledAsync(static page => page["source"]!["loopId"] = "SPOILED", "\\ud800");
        await using var boundary = new Boundary();

        Assert.IsNotType<AdapterAnswer<EventsReading>>(await boundary.EventsAsync(bytes.Endpoint, 0));
        Assert.IsNotType<AdapterAnswer<EventsReading>>(await boundary.EventsAsync(half.Endpoint, 0));
    }

    /// <summary>In what takes the place of the word, each character is a byte.</summary>
    private static Task<FakeAdapter> SpoiledAsync(Action<JsonObject> change, string spoiled)
    {
        var page = JsonNode.Parse(CorpusLibrary.Recording("10").Only.Response.Body)!.AsObject();
        change(page);
        var body = Encoding.Latin1.GetBytes(JsonSerializer.Serialize(page).Replace("SPOILED", spoiled, StringComparison.Ordinal));
        return FakeAdapter.StartAsync(context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
        });
    }

    private static Task<FakeAdapter> PageAsync(Action<JsonObject> change)
    {
        var page = JsonNode.Parse(CorpusLibrary.Recording("10").Only.Response.Body)!.AsObject();
        change(page);
        return FakeAdapter.AnswerAsync(200, JsonSerializer.Serialize(page));
    }
}
