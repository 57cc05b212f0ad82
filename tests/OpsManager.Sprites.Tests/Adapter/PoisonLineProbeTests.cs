using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OpsManager.Sprites.Adapter;
using OpsManager.Sprites.Tests.Support;
using OpsManager.Testing.Corpus;

namespace OpsManager.Sprites.Tests.Adapter;

/// <summary>The recorded log of 29 lines, behind an adapter that answers as the recorded one did when its line 3 was garbage.</summary>
public sealed class PoisonLineProbeTests
{
    private const int LineCount = 29;

    [Fact]
    public async Task Lines_before_the_poison_are_read_first()
    {
        await using var adapter = await PoisonedAsync(3);
        await using var boundary = new Boundary();
        Assert.Equal("adapter_error", (await boundary.EventsAsync(adapter.Endpoint, 0)).Code());

        var reading = (await ProbeAsync(boundary, adapter, 0)).Value();

        Assert.NotEmpty(reading.Lines);
        Assert.All(reading.Lines, static l => Assert.True(l.Line < 3 && l.QuarantineReason is null));
    }

    [Fact]
    public async Task The_poison_line_alone_is_set_aside()
    {
        await using var adapter = await PoisonedAsync(3);
        await using var boundary = new Boundary();

        var reading = (await ProbeAsync(boundary, adapter, 2)).Value();

        Assert.Equal([3, 4], reading.Lines.Select(static l => l.Line));
        Assert.Equal([PoisonLineProbe.QuarantineReason, null], reading.Lines.Select(static l => l.QuarantineReason));
        Assert.Equal(0, reading.Lines[0].Raw.Length);
        Assert.Equal(LineCount, reading.LineCount);
    }

    [Fact]
    public async Task Following_the_probe_reads_every_other_line_once_and_in_order()
    {
        await using var adapter = await PoisonedAsync(3, 4, 17, LineCount);
        await using var boundary = new Boundary();
        var lines = new List<EventReading>();
        while (lines.Count < LineCount)
        {
            var page = await boundary.EventsAsync(adapter.Endpoint, lines.Count);
            lines.AddRange((page is AdapterFailure<EventsReading> ? await ProbeAsync(boundary, adapter, lines.Count) : page).Value().Lines);
        }

        Assert.Equal(Enumerable.Range(1, LineCount).Select(static i => (long)i), lines.Select(static l => l.Line));
        Assert.Equal([3, 4, 17, LineCount], lines.Where(static l => l.QuarantineReason is not null).Select(static l => l.Line));
    }

    [Fact]
    public async Task Too_many_in_a_row_are_left_to_a_person()
    {
        await using var adapter = await PoisonedAsync(3, 4, 5, 6, 7);
        await using var boundary = new Boundary();

        Assert.Equal("adapter_error", (await ProbeAsync(boundary, adapter, 2)).Code());
    }

    [Fact]
    public async Task An_adapter_that_fails_altogether_loses_no_line()
    {
        await using var adapter = await FakeAdapter.ReplayAsync(CorpusLibrary.Recording("45").Exchanges[1]);
        await using var boundary = new Boundary();

        Assert.Equal("adapter_error", (await ProbeAsync(boundary, adapter, 8)).Code());
    }

    [Fact]
    public async Task A_line_the_snapshot_does_not_know_is_never_set_aside()
    {
        await using var adapter = await PoisonedAsync(3);
        await using var boundary = new Boundary();

        var result = await boundary.Probe.ReadAsync(Boundary.Sprite(adapter.Endpoint), Boundary.Loop, 2, 50, 2, null, CancellationToken.None);

        Assert.Equal("adapter_error", result.Code());
        Assert.Empty(adapter.Requests);
    }

    [Fact]
    public async Task Another_failure_on_the_way_stops_the_probe_with_its_own_code()
    {
        await using var adapter = await FakeAdapter.ReplayAsync(CorpusLibrary.Recording("03").Only);
        await using var boundary = new Boundary();

        Assert.Equal("adapter_unauthorized", (await ProbeAsync(boundary, adapter, 2)).Code());
        Assert.Single(adapter.Requests);
    }

    private static Task<AdapterResult<EventsReading>> ProbeAsync(Boundary boundary, FakeAdapter adapter, long cursor) =>
        boundary.Probe.ReadAsync(Boundary.Sprite(adapter.Endpoint), Boundary.Loop, cursor, 50, LineCount, "trace-1", CancellationToken.None);

    private static Task<FakeAdapter> PoisonedAsync(params int[] poison)
    {
        var all = CorpusLibrary.Recording("14").Only.Response.Body;
        var failure = CorpusLibrary.Recording("47").Exchanges[1];
        return FakeAdapter.StartAsync(async context =>
        {
            var cursor = int.Parse(context.Request.Query["cursor"].ToString(), CultureInfo.InvariantCulture);
            var end = Math.Min(LineCount, cursor + int.Parse(context.Request.Query["maxEvents"].ToString(), CultureInfo.InvariantCulture));
            if (poison.Any(p => p > cursor && p <= end))
            {
                await FakeAdapter.ReplayAsync(context, failure);
                return;
            }

            var page = JsonNode.Parse(all)!;
            page["events"] = new JsonArray([.. page["events"]!.AsArray().Skip(cursor).Take(end - cursor).Select(static e => e!.DeepClone())]);
            page["cursor"]!["eventLineOffset"] = end;
            await context.Response.WriteAsync(page.ToJsonString());
        });
    }
}
