using System.Text.Json;
using EndToEnd.Tests.Hosting;

namespace EndToEnd.Tests;

/// <summary>What operators do with <c>./ops</c>, each verb against a running manager.</summary>
[Collection(SharedManager.Name)]
public sealed class CliTests(ManagerUnderTest manager) : IAsyncLifetime
{
    private readonly CliUnderTest _cli = new(manager);
    private FakeAdapterUnderTest _adapter = null!;

    public async Task InitializeAsync() => _adapter = await FakeAdapterUnderTest.StartAsync();

    public Task DisposeAsync()
    {
        _adapter.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_run_is_started_steered_read_and_deleted()
    {
        var id = await StartAsync("works");

        // An intent, and the words for it.
        var paused = (await _cli.ReadAsync("runs", "pause", id, "--note", "look first", "--wait"))[^1];
        Assert.Equal(("confirmed", CliUnderTest.Actor, "look first"), (Text(paused, "status"), Text(paused, "by"), Text(paused, "note")));
        var refused = await _cli.RunAsync("runs", "pause", id, "--wait");
        Assert.Equal(3, refused.Code);
        Assert.Contains("already_paused", refused.Error, StringComparison.Ordinal);
        await _cli.DoAsync("runs", "resume", id, "--wait", "--by", "otto");
        await _cli.DoAsync("runs", "cancel", id, "--wait");

        // What is kept of it.
        Assert.Equal(["pause", "resume", "cancel"], (await _cli.ReadAsync("runs", "intents", id)).Select(static intent => Text(intent, "verb")));
        Assert.Contains(await _cli.ReadAsync("runs", "audit", id), static entry => Text(entry, "what") == "resume" && Text(entry, "by") == "otto");
        Assert.Equal("cancelled", Text((await _cli.ReadAsync("runs", "transitions", id))[^1], "to"));
        Assert.Contains("cancelled", await _cli.DoAsync("runs", "transitions", id), StringComparison.Ordinal);
        Assert.Equal("loop_run_snapshot", Text(JsonElement.Parse(await _cli.DoAsync("runs", "snapshot", id)).GetProperty("envelope"), "envelopeType"));
        Assert.NotEmpty(await _cli.ReadAsync("runs", "snapshots", id));
        Assert.Contains("attempt", await _cli.DoAsync("runs", "diagnostics", id), StringComparison.OrdinalIgnoreCase);
        var watched = await _cli.RunAsync("runs", "watch", id, "--json");
        Assert.Equal(6, watched.Code);
        Assert.Equal("cancelled", Text(JsonElement.Parse(watched.Out.Trim().Split('\n')[^1]).GetProperty("run"), "state"));

        await _cli.DoAsync("runs", "delete", id);
        Assert.Equal(3, (await _cli.RunAsync("runs", "show", id)).Code);
    }

    [Fact]
    public async Task Watching_a_run_is_ended_by_a_signal_without_a_fuss()
    {
        var id = await StartAsync("works");
        var (code, output, error) = await _cli.InterruptAsync("runs", "watch", id, "--json");
        Assert.NotEmpty(output);
        Assert.Equal((130, ""), (code, error));
    }

    [Fact]
    public async Task Following_the_events_of_a_run_ends_with_the_last_of_an_ended_run()
    {
        var id = await StartAsync("works");

        // One follows the run to its end, the other comes when it has ended already.
        var toItsEnd = _cli.RunAsync("runs", "events", id, "--follow");
        await _cli.DoAsync("runs", "cancel", id, "--wait");
        await manager.Client.AwaitStateAsync(id, "cancelled");
        var afterwards = await _cli.RunAsync("runs", "events", id, "--follow");

        var events = (await manager.Client.ReadEventsAsync(id, 100)).Select(static item => Text(item, "sequence")).ToArray();
        Assert.NotEmpty(events);
        Assert.All([await toItsEnd, afterwards], followed =>
        {
            Assert.Equal((0, ""), (followed.Code, followed.Error));
            Assert.Equal(events, CliUnderTest.Documents(followed.Out).Select(static item => Text(item, "sequence")));
        });
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_one_document_a_line_and_no_more_than_the_limit()
    {
        var workspace = Guid.NewGuid().ToString("N");
        string[] newestFirst = [.. Enumerable.Reverse(new[] { await StartAsync("works", workspace), await StartAsync("works", workspace), await StartAsync("works", workspace) })];

        var limited = await _cli.RunAsync("runs", "list", "--workspace", workspace, "--limit", "2", "--json");
        Assert.Equal(newestFirst[..2], CliUnderTest.Documents(limited.Out).Select(static run => Text(run, "runId")));
        Assert.Equal("ops: there are more than 2; raise --limit\n", limited.Error);
        var table = await _cli.DoAsync("runs", "list", "--workspace", workspace, "--limit", "2");
        Assert.Equal(["RUN", .. newestFirst[..2]], table.Split('\n').Select(static line => line.Split(' ')[0]));
        var whole = await _cli.RunAsync("runs", "list", "--workspace", workspace, "--limit", "3", "--json");
        Assert.Equal(newestFirst, CliUnderTest.Documents(whole.Out).Select(static run => Text(run, "runId")));
        Assert.Equal((0, ""), (whole.Code, whole.Error));
        foreach (var id in newestFirst)
        {
            await _cli.DoAsync("runs", "cancel", id, "--wait");
        }
    }

    [Fact]
    public async Task Thresholds_are_shown_and_changed_and_a_run_is_muted()
    {
        var id = await StartAsync("works");

        await _cli.DoAsync("runs", "policy", id, "--set", "stallCritical=00:30:00", "--set", "maxActiveDuration=08:00:00", "--action", "maxActiveDuration=pause", "--mute-until", "2h", "--note", "a long night");
        var policy = Assert.Single(await _cli.ReadAsync("runs", "policy", id));

        Assert.Equal(("00:30:00", "08:00:00", "pause"), (Text(policy, "stallCritical"), Text(policy, "maxActiveDuration"), Text(policy.GetProperty("actions"), "maxActiveDuration")));
        Assert.NotNull(Text(policy, "muteUntil"));
        Assert.Contains("stallCritical", await _cli.DoAsync("runs", "policy", id, "--set", "maxActiveDuration=none", "--mute-until", "none"), StringComparison.Ordinal);
        policy = Assert.Single(await _cli.ReadAsync("runs", "policy", id));
        Assert.Equal((null, null), (Text(policy, "maxActiveDuration"), Text(policy, "muteUntil")));
        Assert.Contains(await _cli.ReadAsync("runs", "audit", id), static entry => Text(entry, "kind") == "policy_change" && Text(entry, "by") == CliUnderTest.Actor && Text(entry, "note") == "a long night");
        Assert.Equal(2, (await _cli.RunAsync("runs", "policy", id, "--set", "stallCritical=soon")).Code);
        Assert.Equal(2, (await _cli.RunAsync("runs", "policy", id, "--set", "stallCritical")).Code);
        await _cli.DoAsync("runs", "cancel", id, "--wait");
    }

    [Fact]
    public async Task Silences_are_made_listed_and_ended_and_escalations_acknowledged()
    {
        var id = await StartAsync("works");
        var silence = await _cli.DoAsync("escalations", "silence", "--run", id, "--until", "30m", "--comment", "the sprite is being moved", "--output", "id");

        var shown = Assert.Single(await _cli.ReadAsync("escalations", "silences", "--active"), item => Text(item, "id") == silence);
        Assert.Equal((CliUnderTest.Actor, id), (Text(shown, "author"), Text(shown, "runId")));
        Assert.Contains("the sprite is being moved", await _cli.DoAsync("escalations", "silences"), StringComparison.Ordinal);
        await _cli.DoAsync("escalations", "unsilence", silence);
        Assert.DoesNotContain(await _cli.ReadAsync("escalations", "silences"), item => Text(item, "id") == silence);
        Assert.Equal(2, (await _cli.RunAsync("escalations", "silence", "--until", "30m", "--comment", "everything")).Code);
        Assert.Equal(2, (await _cli.RunAsync("escalations", "silence", "--run", id, "--until", "later", "--comment", "x")).Code);
        Assert.Equal(2, (await _cli.RunAsync("escalations", "acknowledge", id, "99")).Code);
        await _cli.DoAsync("escalations", "list", id);
        await _cli.DoAsync("runs", "cancel", id, "--wait");
    }

    [Fact]
    public async Task Help_names_every_verb_and_wrong_keys_and_verbs_have_their_exit_codes()
    {
        var help = await _cli.DoAsync("runs", "--help");
        Assert.All(
            ["start", "list", "show", "watch", "events", "nudge", "policy", "transitions", "snapshot", "snapshots", "diagnostics", "audit", "intents", "pause", "resume", "cancel", "force-cancel", "declare-lost", "approve", "reject", "relaunch", "delete"],
            verb => Assert.Contains($"\n  {verb} ", help, StringComparison.Ordinal));
        Assert.Contains("Exit codes", await _cli.DoAsync("--help"), StringComparison.Ordinal);
        Assert.NotEmpty(await _cli.ReadAsync("fleet"));
        Assert.Equal(2, (await _cli.RunAsync("runs", "dance")).Code);
        Assert.Equal(2, (await _cli.RunAsync("runs", "show", "run-nobody")).Code);
        Assert.Equal(4, (await new CliUnderTest(manager) { Key = "wrong" }.RunAsync("fleet")).Code);
        Assert.Equal(4, (await _cli.RunAsync("fleet", "rebuild-index")).Code);
        Assert.EndsWith(" runs", await new CliUnderTest(manager) { Key = manager.MasterKey }.DoAsync("fleet", "rebuild-index"), StringComparison.Ordinal);
    }

    private async Task<string> StartAsync(string loop, string workspace = "cli")
    {
        var name = $"{loop}-{Guid.NewGuid():N}"[..20];
        var id = await _cli.DoAsync("runs", "start", "--launch", "start", "--loop", name, "--sprite", name, "--endpoint", _adapter.Endpoint.ToString(), "--token-name", "e2e", "--workspace", workspace, "--output", "id");
        await manager.Client.AwaitStateAsync(id, "running");
        return id;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) && member.ValueKind is not JsonValueKind.Null ? member.ToString() : null;
}
