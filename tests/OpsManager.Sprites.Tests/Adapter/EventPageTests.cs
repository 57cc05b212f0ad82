using System.Text.Json;
using System.Text.Json.Nodes;
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

    private static Task<FakeAdapter> PageAsync(Action<JsonObject> change)
    {
        var page = JsonNode.Parse(CorpusLibrary.Recording("10").Only.Response.Body)!.AsObject();
        change(page);
        return FakeAdapter.AnswerAsync(200, JsonSerializer.Serialize(page));
    }
}
