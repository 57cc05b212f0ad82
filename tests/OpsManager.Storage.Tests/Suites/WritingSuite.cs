using System.Text;
using OpsManager.Core.Decisions;
using OpsManager.Core.Escalations;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Runs;
using OpsManager.Storage.Tests.Support;

namespace OpsManager.Storage.Tests.Suites;

/// <summary>What an engine writes to a run, on any storage.</summary>
public abstract class WritingSuite
{
    internal abstract Task<TestStorage> OpenAsync();

    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(90, 1)]
    [InlineData(91, 2)]
    [InlineData(1000, 12)]
    public async Task Events_are_stored_in_chunks_and_read_back_in_pages_without_gaps(int count, int chunks)
    {
        var storage = await OpenAsync();
        var head = await storage.CreateAsync("run-a");
        var events = Sample.Events(1, count);

        var written = Assert.IsType<WriteResult.Written>(await storage.Store.AppendEventsAsync(head, head.Engine, events, Sample.Log(count + 3), None)).Head;

        Assert.Equal(await storage.HeadAsync("run-a"), written);
        Assert.Equal(count, written.StoredThrough);
        Assert.Equal(Sample.Log(count + 3), written.Log);
        Assert.Equal(head.Revision + chunks, written.Revision);

        var (read, after) = (new List<StoredEvent>(), 0L);
        while (await storage.Store.ReadEventsAsync(head.Run.Spec.RunId, after, 37, None) is { Count: > 0 } page)
        {
            Assert.True(page.Count == 37 || read.Count + page.Count == count);
            read.AddRange(page);
            after = page[^1].Sequence;
        }

        AssertSame(events, read);
    }

    [Fact]
    public async Task Events_too_large_for_a_row_go_to_blobs_and_others_fill_rows()
    {
        var storage = await OpenAsync();
        var head = await storage.CreateAsync("run-a");
        List<StoredEvent> events =
        [
            Sample.Event(1),
            Sample.Incompressible(2, 2 * 1024 * 1024),
            Sample.Event(3, 2 * 1024 * 1024),
            .. Enumerable.Range(4, 8).Select(at => Sample.Incompressible(at, 800 * 1024)),
            Sample.Event(12),
            Sample.Event(13) with { Envelope = ReadOnlyMemory<byte>.Empty, QuarantineReason = "torn" },
        ];

        var written = Assert.IsType<WriteResult.Written>(await storage.Store.AppendEventsAsync(head, head.Engine, events, Sample.Log(13), None)).Head;

        Assert.Equal(13, written.StoredThrough);
        Assert.True(written.Revision > head.Revision + 2, "The large events do not fit into one transaction.");
        AssertSame(events, await storage.Store.ReadEventsAsync(head.Run.Spec.RunId, 0, 100, None));
        Assert.Single(await storage.RowsAsync(StorageTable.LoopRuns, "run-a"), row => row.Text("blob") is not null);
    }

    [Fact]
    public async Task A_large_snapshot_is_stored_whole()
    {
        var storage = await OpenAsync();
        var head = await storage.CreateAsync("run-a");
        var envelope = Sample.RandomBytes(5, 5 * 1024 * 1024);

        var written = Assert.IsType<WriteResult.Written>(
            await storage.Store.RecordPollAsync(head, head.Engine, Sample.Poll(head, 1, new NewSnapshot(TestStorage.Epoch, "h", envelope)), None)).Head;

        Assert.Equal(1, written.SnapshotCount);
        var stored = await storage.Store.FindLatestSnapshotAsync(head.Run.Spec.RunId, None);
        Assert.True(stored!.Envelope.Span.SequenceEqual(envelope));
    }

    [Fact]
    public async Task Events_already_stored_are_skipped_and_a_gap_is_an_error()
    {
        var storage = await OpenAsync();
        var head = await storage.CreateAsync("run-a");
        await storage.Store.AppendEventsAsync(head, head.Engine, Sample.Events(1, 5), Sample.Log(5), None);
        head = await storage.HeadAsync("run-a");

        var repeated = Assert.IsType<WriteResult.Repeated>(await storage.Store.AppendEventsAsync(head, head.Engine, Sample.Events(1, 5), Sample.Log(5), None));
        Assert.Equal(head, repeated.Head);
        var written = Assert.IsType<WriteResult.Written>(await storage.Store.AppendEventsAsync(head, head.Engine, Sample.Events(3, 6), Sample.Log(8), None));
        Assert.Equal(8, written.Head.StoredThrough);
        AssertSame(Sample.Events(1, 8), await storage.Store.ReadEventsAsync(head.Run.Spec.RunId, 0, 100, None));
        await Assert.ThrowsAsync<ArgumentException>(() => storage.Store.AppendEventsAsync(written.Head, head.Engine, Sample.Events(10, 1), Sample.Log(10), None));
    }

    [Fact]
    public async Task A_cursor_moves_without_events_and_without_a_revision()
    {
        var storage = await OpenAsync();
        var head = await storage.CreateAsync("run-a");

        var moved = Assert.IsType<WriteResult.Written>(await storage.Store.AppendEventsAsync(head, head.Engine, [], Sample.Log(7), None)).Head;
        var same = Assert.IsType<WriteResult.Written>(await storage.Store.AppendEventsAsync(moved, head.Engine, [], Sample.Log(7), None)).Head;

        Assert.Equal((7, head.Revision), (moved.Log.Line, moved.Revision));
        Assert.Equal(moved.StoreTag, same.StoreTag);
    }

    [Fact]
    public async Task An_old_head_is_stale_for_every_write_and_loses_nothing()
    {
        var storage = await OpenAsync();
        var old = await storage.CreateAsync("run-a");
        await storage.Store.AppendEventsAsync(old, old.Engine, Sample.Events(1, 2), Sample.Log(2), None);

        Assert.IsType<WriteResult.Stale>(await storage.Store.AppendEventsAsync(old, old.Engine, Sample.Events(1, 3), Sample.Log(3), None));
        Assert.IsType<WriteResult.Stale>(await storage.Store.RecordPollAsync(old, old.Engine, Sample.Poll(old, 1), None));
        Assert.IsType<WriteResult.Stale>(await storage.Store.ReplaceEngineAsync(old, EngineRef.For(old.Run.Spec.RunId, 2), null, None));
        Assert.IsType<WriteResult.Stale>(await storage.Store.ApplyAsync(
            old.Run.Spec.RunId, old.Engine, new ApplyRequest("1-1", old.Revision, Sample.Decision(old, LifecycleState.Running)), None));
        Assert.Equal(2, (await storage.HeadAsync("run-a")).StoredThrough);
    }

    [Fact]
    public async Task A_replaced_engine_is_fenced_out_of_every_write()
    {
        var storage = await OpenAsync();
        var old = await storage.CreateAsync("run-a");
        var next = EngineRef.For(old.Run.Spec.RunId, 2);

        var replaced = Assert.IsType<WriteResult.Written>(await storage.Store.ReplaceEngineAsync(old, next, null, None)).Head;

        Assert.Equal(next, replaced.Engine);
        Assert.Equal(old.Revision, replaced.Revision);
        foreach (var head in new[] { old, replaced })
        {
            Assert.IsType<WriteResult.Fenced>(await storage.Store.AppendEventsAsync(head, old.Engine, Sample.Events(1, 1), Sample.Log(1), None));
            Assert.IsType<WriteResult.Fenced>(await storage.Store.RecordPollAsync(head, old.Engine, Sample.Poll(head, 1), None));
        }

        var request = new ApplyRequest("1-1", replaced.Revision, Sample.Decision(replaced, LifecycleState.Running));
        Assert.IsType<WriteResult.Fenced>(await storage.Store.ApplyAsync(old.Run.Spec.RunId, old.Engine, request, None));
        Assert.IsType<WriteResult.Fenced>(await storage.Store.ApplyAsync(old.Run.Spec.RunId, next with { InstanceId = "impostor" }, request, None));
        Assert.IsType<WriteResult.Fenced>(await storage.Store.ApplyAsync(Sample.Id("run-b"), next, request, None));
        Assert.IsType<WriteResult.Stale>(await storage.Store.AppendEventsAsync(old, next, Sample.Events(1, 1), Sample.Log(1), None));
        Assert.Equal(replaced, await storage.HeadAsync("run-a"));

        Assert.IsType<WriteResult.Repeated>(await storage.Store.ReplaceEngineAsync(replaced, next, null, None));
        await Assert.ThrowsAsync<ArgumentException>(() => storage.Store.ReplaceEngineAsync(replaced, EngineRef.For(old.Run.Spec.RunId, 1), null, None));
        Assert.IsType<WriteResult.Written>(await storage.Store.AppendEventsAsync(replaced, next, Sample.Events(1, 1), Sample.Log(1), None));
    }

    [Fact]
    public async Task A_replacement_leaves_a_row_and_one_that_was_not_made_leaves_none()
    {
        var storage = await OpenAsync();
        var old = await storage.CreateAsync("run-a");
        var runId = old.Run.Spec.RunId;

        var head = Assert.IsType<WriteResult.Written>(await storage.Store.ReplaceEngineAsync(old, EngineRef.For(runId, 2), Sample.Replacement(2), None)).Head;
        Assert.IsType<WriteResult.Stale>(await storage.Store.ReplaceEngineAsync(old, EngineRef.For(runId, 3), Sample.Replacement(3), None));
        Assert.IsType<WriteResult.Repeated>(await storage.Store.ReplaceEngineAsync(old, EngineRef.For(runId, 2), Sample.Replacement(2) with { Found = "running" }, None));
        head = Assert.IsType<WriteResult.Written>(await storage.Store.ReplaceEngineAsync(head, EngineRef.For(runId, 3), null, None)).Head;
        await storage.Store.ReplaceEngineAsync(head, EngineRef.For(runId, 4), Sample.Replacement(4) with { DueAt = null }, None);

        Assert.Equal([Sample.Replacement(2), Sample.Replacement(4) with { DueAt = null }], await storage.Store.ReadEngineReplacementsAsync(runId, 0, 10, None));
        Assert.Equal([4], (await storage.Store.ReadEngineReplacementsAsync(runId, 2, 10, None)).Select(static replacement => replacement.Generation));
        Assert.Single(await storage.Store.ReadEngineReplacementsAsync(runId, 0, 1, None));
    }

    [Fact]
    public async Task A_quiet_poll_changes_neither_revision_nor_rows()
    {
        var storage = await OpenAsync();
        var head = await storage.CreateAsync("run-a");
        var rows = (await storage.RowsAsync(StorageTable.LoopRuns, "run-a")).Count;

        var polled = Assert.IsType<WriteResult.Written>(await storage.Store.RecordPollAsync(head, head.Engine, Sample.Poll(head, 1), None)).Head;

        Assert.Equal(head.Revision, polled.Revision);
        Assert.Equal(1, polled.Poll.Cycle);
        Assert.Equal(rows, (await storage.RowsAsync(StorageTable.LoopRuns, "run-a")).Count);
        Assert.Equal(polled, await storage.HeadAsync("run-a"));
    }

    [Fact]
    public async Task A_cycle_counts_once_however_often_it_is_recorded()
    {
        var storage = await OpenAsync();
        var head = await storage.CreateAsync("run-a");
        var failure = new PollStatus { Cycle = 4, FailureCode = "transport_unreachable", FailureStreak = 1, FailingSince = TestStorage.Epoch };
        head = Assert.IsType<WriteResult.Written>(await storage.Store.RecordPollAsync(head, head.Engine, new PollRecord(failure, head.Log, null), None)).Head;

        Assert.IsType<WriteResult.Repeated>(
            await storage.Store.RecordPollAsync(head, head.Engine, new PollRecord(failure with { FailureStreak = 2 }, head.Log, null), None));
        var again = Assert.IsType<WriteResult.Written>(await storage.Store.RecordPollAsync(
            head, head.Engine, new PollRecord(failure with { FailureStreak = 2 }, head.Log, Sample.Snapshot("a")), None)).Head;

        Assert.Equal(1, again.Poll.FailureStreak);
        Assert.Equal(1, again.SnapshotCount);
    }

    [Fact]
    public async Task Snapshots_are_stored_when_they_differ_and_read_newest_first()
    {
        var storage = await OpenAsync();
        var head = await storage.CreateAsync("run-a");
        foreach (var (content, cycle) in new[] { ("a", 1), ("a", 2), ("b", 3), ("c", 4), ("d", 5) })
        {
            head = Assert.IsType<WriteResult.Written>(await storage.Store.RecordPollAsync(head, head.Engine, Sample.Poll(head, cycle, Sample.Snapshot(content)), None)).Head;
        }

        var id = head.Run.Spec.RunId;
        Assert.Equal((4, 5L), (head.SnapshotCount, head.Revision));
        Assert.Equal("d", Text(await storage.Store.FindLatestSnapshotAsync(id, None)));
        Assert.Equal(["d", "c", "b"], (await storage.Store.ReadSnapshotsAsync(id, null, 3, None)).Select(Text));
        Assert.Equal(["a"], (await storage.Store.ReadSnapshotsAsync(id, 2, 3, None)).Select(Text));
        Assert.Empty(await storage.Store.ReadSnapshotsAsync(id, 1, 3, None));

        static string Text(StoredSnapshot? snapshot) => Encoding.UTF8.GetString(snapshot!.Envelope.Span);
    }

    [Fact]
    public async Task A_decision_is_applied_once_and_keeps_what_was_stored_meanwhile()
    {
        var storage = await OpenAsync();
        var head = await storage.CreateAsync("run-a");
        head = Assert.IsType<WriteResult.Written>(await storage.Store.AppendEventsAsync(head, head.Engine, Sample.Events(1, 3), Sample.Log(3), None)).Head;
        var request = new ApplyRequest("1-1", head.Revision, Sample.Decision(head, LifecycleState.Running, new Effect.StartRuntime(1)));
        head = Assert.IsType<WriteResult.Written>(await storage.Store.RecordPollAsync(head, head.Engine, Sample.Poll(head, 9), None)).Head;

        var applied = Assert.IsType<WriteResult.Written>(await storage.Store.ApplyAsync(head.Run.Spec.RunId, head.Engine, request, None)).Head;
        var repeated = Assert.IsType<WriteResult.Repeated>(await storage.Store.ApplyAsync(head.Run.Spec.RunId, head.Engine, request, None)).Head;

        Assert.Equal(applied, repeated);
        Assert.Equal((3L, 3L, 9L, head.Revision + 1), (applied.StoredThrough, applied.Log.Line, applied.Poll.Cycle, applied.Revision));
        Assert.Equal(LifecycleState.Running, applied.Run.Lifecycle.State);
        Assert.Equal(request.Decision.Transitions, await storage.Store.ReadTransitionsAsync(head.Run.Spec.RunId, 0, 10, None));
        Assert.Empty(await storage.Store.ReadTransitionsAsync(head.Run.Spec.RunId, 1, 10, None));
    }

    [Fact]
    public async Task Escalations_are_raised_and_resolved_with_their_decision()
    {
        var storage = await OpenAsync();
        var id = Sample.Id("run-a");
        await storage.CreateAsync("run-a");

        await ApplyAsync(LifecycleState.Running, new Effect.RaiseEscalation(1, "stuck", EscalationSeverity.Warning, "no progress"));
        await ApplyAsync(LifecycleState.Pausing, new Effect.RaiseEscalation(2, "brief", EscalationSeverity.Info, "up and down"), new Effect.ResolveEscalation(2, "brief"));
        var open = await storage.Store.ReadEscalationsAsync(id, 0, 10, None);
        await ApplyAsync(LifecycleState.Paused, new Effect.ResolveEscalation(1, "stuck"), new Effect.ResolveEscalation(77, "never raised"));
        var closed = await storage.Store.ReadEscalationsAsync(id, 0, 10, None);

        Assert.Equal([(1L, false), (2L, true)], open.Select(item => (item.Number, item.ResolvedAt is not null)));
        Assert.Equal([(1L, TestStorage.Epoch.AddMinutes(3)), (2L, TestStorage.Epoch.AddMinutes(2))], closed.Select(item => (item.Number, item.ResolvedAt!.Value)));
        Assert.Equal(("stuck", EscalationSeverity.Warning, "no progress"), (closed[0].Code, closed[0].Severity, closed[0].Detail));

        async Task ApplyAsync(LifecycleState to, params Effect[] effects)
        {
            var head = await storage.HeadAsync("run-a");
            Assert.IsType<WriteResult.Written>(await storage.Store.ApplyAsync(
                id, head.Engine, new ApplyRequest($"1-{head.Revision}", head.Revision, Sample.Decision(head, to, effects)), None));
        }
    }

    [Fact]
    public async Task An_end_never_changes_but_its_quiescence_may_be_proven_later()
    {
        var storage = await OpenAsync();
        await storage.CreateAsync("run-a");
        var head = await storage.EndAsync("run-a", Quiescence.NotProven);

        await Assert.ThrowsAsync<ArgumentException>(() => storage.Store.ApplyAsync(
            head.Run.Spec.RunId, head.Engine, new ApplyRequest("x", head.Revision, Sample.Decision(head, LifecycleState.Running)), None));
        Assert.Equal(Quiescence.Proven, (await storage.EndAsync("run-a", Quiescence.Proven)).Run.Lifecycle.Quiescence);
    }

    [Fact]
    public async Task Intents_are_stored_with_their_decision_and_read_by_id_and_by_number()
    {
        var storage = await OpenAsync();
        var id = Sample.Id("run-a");
        var head = await storage.CreateAsync("run-a");

        // The ids do not sort as the numbers do.
        var first = Sample.Intent("int-z", 1) with { Note = new string('"', 4096) };
        var second = Sample.Intent("int-a", 2);
        head = await ApplyAsync(head, Sample.Deciding(head, [first, second]));
        var sending = first with { Status = IntentStatus.Sending, Sends = 1 };
        head = await ApplyAsync(head, Sample.Deciding(head, [sending]));
        var refused = Sample.Intent("int-m", 3) with { Status = IntentStatus.Refused };
        head = await ApplyAsync(head, Sample.Deciding(head, [sending with { Status = IntentStatus.Confirmed, Note = null }, refused]));

        Assert.Equal([second], head.Run.Intents);
        Assert.Equal(second, await storage.Store.FindIntentAsync(id, second.Id, None));
        Assert.Equal(IntentStatus.Confirmed, (await storage.Store.FindIntentAsync(id, first.Id, None))!.Status);
        Assert.Null(await storage.Store.FindIntentAsync(id, IntentId.Parse("int-none"), None));
        Assert.Equal(["int-z", "int-a", "int-m"], (await storage.Store.ReadIntentsAsync(id, 0, 10, None)).Select(item => item.Id.Value));
        Assert.Equal(["int-a"], (await storage.Store.ReadIntentsAsync(id, 1, 1, None)).Select(item => item.Id.Value));
        Assert.Empty(await storage.Store.ReadIntentsAsync(id, 3, 10, None));

        async Task<RunHead> ApplyAsync(RunHead now, Decision decision) => Assert.IsType<WriteResult.Written>(
            await storage.Store.ApplyAsync(id, now.Engine, new ApplyRequest($"1-{now.Revision}", now.Revision, decision), None)).Head;
    }

    [Fact]
    public async Task A_final_intent_is_never_changed()
    {
        var storage = await OpenAsync();
        var id = Sample.Id("run-a");
        var head = await storage.CreateAsync("run-a");
        var final = Sample.Intent("int-a", 1) with { Status = IntentStatus.Confirmed };
        head = Assert.IsType<WriteResult.Written>(await storage.Store.ApplyAsync(id, head.Engine, new ApplyRequest("1-1", head.Revision, Sample.Deciding(head, [final])), None)).Head;

        foreach (var decision in new[]
        {
            Sample.Deciding(head, [final with { Status = IntentStatus.Failed }]),
            Sample.Deciding(head, [Sample.Intent("int-b", 1)]),
            Sample.Deciding(head, [Sample.Intent("int-b", 2)]) with { Run = head.Run },
            Sample.Deciding(head, [Sample.Intent("int-b", 2), Sample.Intent("int-c", 2)]),
            Sample.Deciding(head, [.. Enumerable.Range(2, 100).Select(number => Sample.Intent($"int-{number}", number))]),
        })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => storage.Store.ApplyAsync(id, head.Engine, new ApplyRequest("1-2", head.Revision, decision), None));
        }

        Assert.Equal(IntentStatus.Confirmed, (await storage.Store.FindIntentAsync(id, final.Id, None))!.Status);
    }

    [Fact]
    public async Task An_event_that_nobody_could_read_is_noted_once_and_changes_nothing_else()
    {
        var storage = await OpenAsync();
        var head = await storage.CreateAsync("run-a");
        var rejected = new RejectedEvent { Id = "0c1", At = TestStorage.Epoch, By = "durable-api", Reason = "no verb", Beginning = "42" };

        await storage.Store.RejectEventAsync(head.Run.Spec.RunId, rejected, None);
        await storage.Store.RejectEventAsync(head.Run.Spec.RunId, rejected with { At = TestStorage.Epoch.AddDays(1) }, None);

        Assert.Equal([rejected], await storage.Store.ReadRejectedEventsAsync(head.Run.Spec.RunId, 10, None));
        Assert.Equal(head, await storage.HeadAsync("run-a"));
    }

    [Fact]
    public async Task A_decision_on_events_that_are_not_stored_is_an_error()
    {
        var storage = await OpenAsync();
        var head = await storage.CreateAsync("run-a");
        var decision = Sample.Decision(head with { StoredThrough = 5 }, LifecycleState.Running);

        await Assert.ThrowsAsync<ArgumentException>(() =>
            storage.Store.ApplyAsync(head.Run.Spec.RunId, head.Engine, new ApplyRequest("x", head.Revision, decision), None));
    }

    [Fact]
    public async Task Of_many_writers_of_one_engine_each_event_is_stored_once()
    {
        var storage = await OpenAsync();
        var head = await storage.CreateAsync("run-a");

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            while (await storage.HeadAsync("run-a") is { StoredThrough: < 40 } now)
            {
                await storage.Store.AppendEventsAsync(now, now.Engine, Sample.Events(now.StoredThrough + 1, 4), Sample.Log(now.StoredThrough + 4), None);
            }
        })));

        AssertSame(Sample.Events(1, 40), await storage.Store.ReadEventsAsync(head.Run.Spec.RunId, 0, 100, None));
        Assert.Equal(head.Revision + 10, (await storage.HeadAsync("run-a")).Revision);
    }

    private static void AssertSame(IReadOnlyList<StoredEvent> expected, IReadOnlyList<StoredEvent> actual)
    {
        Assert.Equal(expected.Select(item => item with { Envelope = default }), actual.Select(item => item with { Envelope = default }));
        Assert.All(expected.Zip(actual), pair => Assert.True(pair.First.Envelope.Span.SequenceEqual(pair.Second.Envelope.Span)));
    }
}

public sealed class WritingInMemoryTests : WritingSuite
{
    internal override Task<TestStorage> OpenAsync() => Task.FromResult(TestStorage.InMemory());
}

public sealed class WritingAzuriteTests : WritingSuite
{
    internal override Task<TestStorage> OpenAsync() => TestStorage.AzuriteAsync();
}
