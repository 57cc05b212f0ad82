using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;

namespace LocalHost.Tests.Storage;

/// <summary>What every store must do; run against each of them.</summary>
public abstract class OrchestrationStoreSuite
{
    private static readonly DateTimeOffset Now = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(1_234_567);

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task An_instance_is_read_as_it_was_written()
    {
        IOrchestrationStore store = await CreateAsync();
        InstanceRecord record = Instance("all-members") with
        {
            Version = "1.2",
            Input = "{\"a\":1}",
            Output = "plain text",
            CustomStatus = "{\"state\":\"running\"}",
            RuntimeStatus = OrchestrationRuntimeStatus.Failed,
            CompletedTime = Now.AddHours(1),
            ScheduledStartTime = Now.AddMinutes(-1),
            Generation = 3,
            Tags = new Dictionary<string, string> { ["k"] = "v" },
            Parent = new ParentLink("parent", "e", "Main", null, 4),
            FailureDetails = new FailureRecord("T", "m", "at x", new FailureRecord("I", "n", null, null, false), true),
        };

        await store.PutInstanceAsync(record, None);

        InstanceRecord read = (await store.GetInstanceAsync("all-members", None))!;
        Assert.Equal(record with { Tags = null }, read with { Tags = null });
        Assert.Equal("v", read.Tags!["k"]);
        Assert.Null(await store.GetInstanceAsync("missing", None));
    }

    [Fact]
    public async Task A_later_write_removes_what_it_does_not_contain()
    {
        IOrchestrationStore store = await CreateAsync();
        await store.PutInstanceAsync(Instance("i") with { Output = "x", CompletedTime = Now }, None);

        await store.PutInstanceAsync(Instance("i"), None);

        InstanceRecord read = (await store.GetInstanceAsync("i", None))!;
        Assert.Null(read.Output);
        Assert.Null(read.CompletedTime);
        Assert.Null(read.CustomStatus);
    }

    [Theory]
    [InlineData("plain-id")]
    [InlineData("UPPER and lower")]
    [InlineData("with'quote")]
    [InlineData("^caret")]
    [InlineData("a/b\\c#d?e")]
    [InlineData("tab\tand\u0085control")]
    [InlineData("ünïcode ✓")]
    public async Task Any_instance_id_can_be_a_key(string instanceId)
    {
        IOrchestrationStore store = await CreateAsync();
        await store.PutInstanceAsync(Instance(instanceId), None);
        string version = await store.PutCheckpointAsync(instanceId, CheckpointOf(Started()), 0, null, None);
        await store.AppendMessageAsync(new InboxMessage(instanceId, "1", null, Event("e")), None);

        Assert.Equal(instanceId, (await store.GetInstanceAsync(instanceId, None))!.InstanceId);
        Assert.Equal(version, (await store.GetCheckpointAsync(instanceId, None))!.Version);
        Assert.Contains(await MessagesAsync(store), message => message.InstanceId == instanceId);
        await store.DeleteInstanceAsync(instanceId, None);
        Assert.Null(await store.GetInstanceAsync(instanceId, None));
    }

    [Fact]
    public async Task Every_member_of_every_event_is_read_as_it_was_written()
    {
        IOrchestrationStore store = await CreateAsync();
        List<HistoryEvent> history =
        [
            Event(HistoryEventType.OrchestratorStarted),
            Started() with { Tags = new Dictionary<string, string> { ["k"] = "v" }, Parent = new ParentLink("p", "e", "n", "v", 1), ScheduledStartTime = Now },
            Event(HistoryEventType.TaskScheduled) with { EventId = 0, Name = "A", Version = "1", Input = "[1]" },
            Event(HistoryEventType.TimerCreated) with { EventId = 1, FireAt = Now.UtcDateTime },
            Event(HistoryEventType.SubOrchestrationInstanceCreated) with { EventId = 2, Name = "S", InstanceId = "child", Input = "2" },
            Event(HistoryEventType.EventSent) with { EventId = 3, Name = "n", InstanceId = "other", Input = "3" },
            Event(HistoryEventType.OrchestratorCompleted),
            Event(HistoryEventType.OrchestratorStarted),
            Event(HistoryEventType.TaskCompleted) with { TaskScheduledId = 0, Result = "{}" },
            Event(HistoryEventType.TimerFired) with { TimerId = 1, FireAt = Now.UtcDateTime },
            Event(HistoryEventType.SubOrchestrationInstanceFailed) with { TaskScheduledId = 2, Reason = "r", FailureDetails = new FailureRecord("T", "m", null, null, false) },
            Event(HistoryEventType.EventRaised) with { Name = "n", Input = "\"ä\"" },
            Event(HistoryEventType.ExecutionSuspended) with { Reason = "why" },
            Event(HistoryEventType.ExecutionCompleted) with { EventId = 4, OrchestrationStatus = OrchestrationRuntimeStatus.Completed, Result = "1" },
        ];
        Checkpoint checkpoint = new()
        {
            ExecutionId = "e1",
            StartId = "s1",
            History = history,
            CustomStatus = "{}",
            OpenTimers = [1, 5],
            Outbox = [new OutboxMessage("target", null, Event("x"))],
            ConsumedMessages = ["k1", "k2"],
        };

        await store.PutCheckpointAsync("i", checkpoint, 0, null, None);

        Checkpoint read = (await store.GetCheckpointAsync("i", None))!.Checkpoint;
        Assert.Equal(history.Select(WithoutTags), read.History.Select(WithoutTags));
        Assert.Equal("v", read.History[1].Tags!["k"]);
        Assert.Equal("s1", read.StartId);
        Assert.Equal("{}", read.CustomStatus);
        Assert.Equal([1, 5], read.OpenTimers);
        Assert.Equal(["k1", "k2"], read.ConsumedMessages);
        Assert.Equal("target", Assert.Single(read.Outbox).TargetInstanceId);
        Assert.True(read.IsComplete);
    }

    [Fact]
    public async Task A_checkpoint_appends_to_the_history()
    {
        IOrchestrationStore store = await CreateAsync();
        List<HistoryEvent> history = [Event(HistoryEventType.OrchestratorStarted), Started()];
        string first = await store.PutCheckpointAsync("i", CheckpointOf([.. history]), 0, null, None);
        history.Add(Event("a"));

        string second = await store.PutCheckpointAsync("i", CheckpointOf([.. history]), 2, first, None);

        StoredCheckpoint stored = (await store.GetCheckpointAsync("i", None))!;
        Assert.Equal(3, stored.Checkpoint.History.Count);
        Assert.Equal(second, stored.Version);
    }

    [Fact]
    public async Task A_checkpoint_based_on_another_version_is_refused()
    {
        IOrchestrationStore store = await CreateAsync();
        Checkpoint checkpoint = CheckpointOf(Started());
        string first = await store.PutCheckpointAsync("i", checkpoint, 0, null, None);
        await store.PutCheckpointAsync("i", checkpoint, 1, first, None);

        await Assert.ThrowsAsync<CheckpointConflictException>(() => store.PutCheckpointAsync("i", checkpoint, 1, first, None));
        await Assert.ThrowsAsync<CheckpointConflictException>(() => store.PutCheckpointAsync("i", checkpoint, 0, null, None));
    }

    [Fact]
    public async Task A_shorter_generation_hides_the_rows_of_the_one_before()
    {
        IOrchestrationStore store = await CreateAsync();
        HistoryEvent[] longer = [Started(), .. Enumerable.Range(0, 20).Select(number => Event($"e{number}"))];
        string version = await store.PutCheckpointAsync("i", CheckpointOf(longer), 0, null, None);

        await store.PutCheckpointAsync("i", CheckpointOf(Started() with { ExecutionId = "e2" }) with { ExecutionId = "e2" }, 0, version, None);

        Checkpoint read = (await store.GetCheckpointAsync("i", None))!.Checkpoint;
        Assert.Equal("e2", read.ExecutionId);
        Assert.Single(read.History);
    }

    [Fact]
    public async Task A_history_of_many_rows_and_megabytes_is_kept()
    {
        IOrchestrationStore store = await CreateAsync();
        HistoryEvent[] history =
        [
            Event(HistoryEventType.OrchestratorStarted),
            Started() with { Input = Noise(600_000) },
            .. Enumerable.Range(0, 250).Select(number => Event(HistoryEventType.TaskScheduled) with { EventId = number, Name = "A", Input = $"[{number}]" }),
            .. Enumerable.Range(0, 8).Select(number => Event(HistoryEventType.TaskCompleted) with { TaskScheduledId = number, Result = Noise(500_000) }),
        ];

        string version = await store.PutCheckpointAsync("i", CheckpointOf(history), 0, null, None);
        HistoryEvent[] next = [Event(HistoryEventType.OrchestratorStarted), Started() with { ExecutionId = "e2" }, .. history[2..252]];
        await store.PutCheckpointAsync("j", CheckpointOf(history), 0, null, None);
        await store.PutCheckpointAsync("i", CheckpointOf(next) with { ExecutionId = "e2" }, 0, version, None);

        Assert.Equal(history, (await store.GetCheckpointAsync("j", None))!.Checkpoint.History);
        Assert.Equal(next, (await store.GetCheckpointAsync("i", None))!.Checkpoint.History);
    }

    [Fact]
    public async Task Messages_are_read_in_order_until_deleted()
    {
        IOrchestrationStore store = await CreateAsync();
        foreach (int number in (int[])[3, 1, 2])
        {
            await store.AppendMessageAsync(new InboxMessage("i", $"{number}", number == 1 ? "e1" : null, Event($"e{number}")), None);
        }

        Assert.Equal(["e1", "e2", "e3"], (await MessagesAsync(store)).Select(message => message.Event.Name));
        Assert.Equal("e1", (await MessagesAsync(store))[0].ExecutionId);
        await store.DeleteMessagesAsync("i", ["1", "3"], None);
        await store.DeleteMessagesAsync("i", ["1", "2"], None);
        Assert.Empty(await MessagesAsync(store));
    }

    [Fact]
    public async Task A_large_message_is_kept()
    {
        IOrchestrationStore store = await CreateAsync();
        string payload = Noise(400_000);

        await store.AppendMessageAsync(new InboxMessage("i", "1", null, Event("e") with { Input = payload }), None);

        Assert.Equal(payload, Assert.Single(await MessagesAsync(store)).Event.Input);
    }

    [Fact]
    public async Task Queries_filter_by_time_status_and_prefix_and_page()
    {
        IOrchestrationStore store = await CreateAsync();
        for (int number = 0; number < 10; number++)
        {
            await store.PutInstanceAsync(
                Instance($"run-{number}") with
                {
                    CreatedTime = Now.AddMinutes(number),
                    RuntimeStatus = number % 2 == 0 ? OrchestrationRuntimeStatus.Running : OrchestrationRuntimeStatus.Completed,
                },
                None);
        }

        await store.PutInstanceAsync(Instance("zebra"), None);

        Assert.Equal(11, (await QueryAsync(store, new InstanceFilter(), 4)).Count);
        Assert.Equal(10, (await QueryAsync(store, new InstanceFilter { InstanceIdPrefix = "run-" }, 3)).Count);
        Assert.Equal(5, (await QueryAsync(store, new InstanceFilter { Statuses = [OrchestrationRuntimeStatus.Completed] }, 100)).Count);
        Assert.Equal(
            ["run-4", "run-5", "run-6"],
            (await QueryAsync(store, new InstanceFilter { CreatedFrom = Now.AddMinutes(4), CreatedTo = Now.AddMinutes(6) }, 100)).Select(record => record.InstanceId));
    }

    [Fact]
    public async Task Deleting_an_instance_deletes_its_history_and_messages()
    {
        IOrchestrationStore store = await CreateAsync();
        await store.PutInstanceAsync(Instance("i"), None);
        await store.PutInstanceAsync(Instance("other"), None);
        await store.PutCheckpointAsync("i", CheckpointOf([Started(), .. Enumerable.Range(0, 150).Select(number => Event($"e{number}"))]), 0, null, None);
        await store.AppendMessageAsync(new InboxMessage("i", "1", null, Event("e")), None);

        await store.DeleteInstanceAsync("i", None);

        Assert.Null(await store.GetInstanceAsync("i", None));
        Assert.Null(await store.GetCheckpointAsync("i", None));
        Assert.Empty(await MessagesAsync(store));
        Assert.NotNull(await store.GetInstanceAsync("other", None));
    }

    private protected abstract Task<IOrchestrationStore> CreateAsync();

    private static InstanceRecord Instance(string id) => new()
    {
        InstanceId = id,
        ExecutionId = "e1",
        StartId = "s1",
        Name = "Main",
        RuntimeStatus = OrchestrationRuntimeStatus.Running,
        CreatedTime = Now,
        LastUpdatedTime = Now,
    };

    private static Checkpoint CheckpointOf(params HistoryEvent[] history) => new() { ExecutionId = "e1", StartId = "s1", History = history };

    private static HistoryEvent Event(HistoryEventType type) => new() { EventType = type, Timestamp = Now };

    private static HistoryEvent Event(string name) => Event(HistoryEventType.EventRaised) with { Name = name };

    private static HistoryEvent Started() => Event(HistoryEventType.ExecutionStarted) with { Name = "Main", ExecutionId = "e1", Version = "1" };

    private static HistoryEvent WithoutTags(HistoryEvent historyEvent) => historyEvent with { Tags = null };

    private static async Task<List<InboxMessage>> MessagesAsync(IOrchestrationStore store)
    {
        List<InboxMessage> messages = [];
        await foreach (InboxMessage message in store.ReadMessagesAsync(None))
        {
            messages.Add(message);
        }

        return messages;
    }

    private static async Task<List<InstanceRecord>> QueryAsync(IOrchestrationStore store, InstanceFilter filter, int pageSize)
    {
        List<InstanceRecord> found = [];
        string? continuation = null;
        do
        {
            InstancePage page = await store.QueryInstancesAsync(filter, pageSize, continuation, None);
            Assert.InRange(page.Instances.Count, 0, pageSize);
            found.AddRange(page.Instances);
            continuation = page.ContinuationToken;
        }
        while (continuation is not null);

        return found;
    }

    private static string Noise(int length)
    {
#pragma warning disable CA5394 // Text that hardly compresses, not a secret.
        Random random = new(length);
        return new string(Enumerable.Range(0, length).Select(_ => (char)random.Next('a', 'z')).ToArray());
#pragma warning restore CA5394
    }
}
