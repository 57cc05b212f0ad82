using Azure.Data.Tables;
using LocalHost.Durable.Engine;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using LocalHost.Tests.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalHost.Tests.Storage;

[Collection(TableStorageGroup.Name)]
public sealed class TableOrchestrationStoreTests(TableStorageFixture storage) : OrchestrationStoreSuite
{
    [Fact]
    public async Task A_viewer_finds_the_columns_of_the_Azure_Storage_provider()
    {
        string hub = TableStorageFixture.NewHub();
        await using EngineFixture fixture = await RunAsync(hub, new EngineOptions());

        TableServiceClient service = storage.Service;
        TableEntity instance = (await service.GetTableClient(hub + "Instances").GetEntityAsync<TableEntity>("i1", string.Empty)).Value;
        Assert.Equal("Completed", instance.GetString("RuntimeStatus"));
        Assert.Equal("Main", instance.GetString("Name"));
        Assert.Equal("null", instance.GetString("CustomStatus"));
        Assert.Equal(hub, instance.GetString("TaskHubName"));
        List<TableEntity> rows = await service.GetTableClient(hub + "History")
            .QueryAsync<TableEntity>($"PartitionKey eq 'i1' and ExecutionId eq '{instance.GetString("ExecutionId")}'")
            .ToListAsync();
        Assert.Equal("sentinel", rows[^1].RowKey);
        Assert.Equal("0000000000000000", rows[0].RowKey);
        TableEntity scheduled = rows.Single(row => row.GetString("EventType") == "TaskScheduled");
        TableEntity completed = rows.Single(row => row.GetString("EventType") == "TaskCompleted");
        Assert.Equal("Echo", scheduled.GetString("Name"));
        Assert.Equal("[\"hello\"]", scheduled.GetString("Input"));
        Assert.Equal(scheduled.GetInt32("EventId"), completed.GetInt32("TaskScheduledId"));
        Assert.Equal("\"hello\"", completed.GetString("Result"));
        Assert.NotNull(completed.GetDateTimeOffset("_Timestamp"));
        Assert.Empty(await service.GetTableClient(hub + "Inbox").QueryAsync<TableEntity>().ToListAsync());
    }

    [Fact]
    public async Task An_orchestration_read_from_tables_before_every_episode_replays_exactly()
    {
        await using EngineFixture fixture = await RunAsync(
            TableStorageFixture.NewHub(),
            new EngineOptions { TestModes = new DurableTestModes { ReloadBeforeEveryEpisode = true } });

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await fixture.GetAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task An_orchestration_survives_its_process()
    {
        string hub = TableStorageFixture.NewHub();
        await using EngineFixture fixture = new(await CreateAsync(hub));
        fixture.Orchestrator("Main", async context =>
        {
            Guid before = context.NewGuid();
            await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            string received = await context.WaitForExternalEvent<string>("data");
            return $"{before} {received}";
        });
        await fixture.StartedAsync();
        await fixture.StartAsync("Main");
        await fixture.RaiseAsync("data", "x");

        await fixture.RestartAsync(await CreateAsync(hub));
        await fixture.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal("e663ab00-a986-579d-a8cf-97e03195b51c x", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_crash_between_the_transactions_of_a_large_generation_leaves_something_to_go_on_with()
    {
        for (int transactions = 0; transactions < 4; transactions++)
        {
            string hub = TableStorageFixture.NewHub();
            FailingTransactionPolicy policy = new();
            TableClientOptions options = new();
            options.AddPolicy(policy, Azure.Core.HttpPipelinePosition.PerCall);
            TableOrchestrationStore failing = new(new TableServiceClient(storage.ConnectionString, options), hub, TimeProvider.System);
            await failing.InitializeAsync(CancellationToken.None);
            string version = await failing.PutCheckpointAsync("i", Generation("e1", events: 40), 0, null, CancellationToken.None);
            policy.AllowOnly(transactions);

            Exception? crash = await Record.ExceptionAsync(() => failing.PutCheckpointAsync("i", Generation("e2", events: 250), 0, version, CancellationToken.None));

            Checkpoint stored = (await (await CreateAsync(hub)).GetCheckpointAsync("i", CancellationToken.None))!.Checkpoint;
            (string ExecutionId, bool IsComplete, int Events) expected = transactions switch
            {
                0 => ("e1", true, 42),
                _ => ("e2", false, 2),
            };
            Assert.NotNull(crash);
            Assert.Equal(expected, (stored.ExecutionId, stored.IsComplete, stored.History.Count));
        }
    }

    [Fact]
    public async Task A_generation_that_was_recorded_but_not_executed_is_executed_by_the_next_process()
    {
        IOrchestrationStore store = await CreateAsync();
        await using EngineFixture fixture = new(store);
        fixture.Orchestrator("Main", async context =>
        {
            if (context.GetInput<string>() is null)
            {
                await context.WaitForExternalEvent<string>("go");
                context.ContinueAsNew("second");
                return null;
            }

            return context.GetInput<string>() + await context.WaitForExternalEvent<string>("data");
        });
        await fixture.StartedAsync();
        await fixture.StartAsync("Main");
        StoredCheckpoint stored = (await store.GetCheckpointAsync("i1", fixture.Cancellation))!;
        await fixture.Engine.DisposeAsync();
        HistoryEvent started = stored.Checkpoint.History[1] with { ExecutionId = "e2", Input = "\"second\"" };
        Checkpoint unexecuted = stored.Checkpoint with { ExecutionId = "e2", History = [stored.Checkpoint.History[0], started], IsComplete = false };
        await store.PutCheckpointAsync("i1", unexecuted, 0, stored.Version, fixture.Cancellation);

        await fixture.RestartAsync(store);
        await fixture.RaiseAsync("data", "!");

        Assert.Equal("second!", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    private static Checkpoint Generation(string executionId, int events)
    {
        HistoryEvent template = new() { EventType = HistoryEventType.OrchestratorStarted, Timestamp = DateTimeOffset.UnixEpoch };
        return new Checkpoint
        {
            ExecutionId = executionId,
            StartId = "s",
            History =
            [
                template,
                template with { EventType = HistoryEventType.ExecutionStarted, Name = "Main", ExecutionId = executionId },
                .. Enumerable.Range(0, events).Select(id => template with { EventType = HistoryEventType.TaskScheduled, EventId = id, Name = "A" }),
            ],
        };
    }

    private protected override Task<IOrchestrationStore> CreateAsync() => CreateAsync(TableStorageFixture.NewHub());

    private async Task<IOrchestrationStore> CreateAsync(string hub)
    {
        TableOrchestrationStore store = new(storage.Service, hub, TimeProvider.System);
        await store.InitializeAsync(CancellationToken.None);
        return store;
    }

    private async Task<EngineFixture> RunAsync(string hub, EngineOptions options)
    {
        EngineFixture fixture = new(await CreateAsync(hub), options);
        fixture.Activity("Echo", input => EngineFixture.Converter.Deserialize<string>(input));
        fixture.Orchestrator("Main", async context =>
        {
            Guid before = context.NewGuid();
            await context.CreateTimer(TimeSpan.FromMilliseconds(1_234.567), CancellationToken.None);
            string echoed = await context.CallActivityAsync<string>("Echo", context.GetInput<string>());
            string received = await context.WaitForExternalEvent<string>("data");
            return before + context.NewGuid().ToString() + echoed + received;
        });
        await fixture.StartedAsync();
        fixture.Time.Advance(TimeSpan.FromTicks(12_345_678));
        await fixture.StartAsync("Main", "hello");
        await fixture.AdvanceAsync(TimeSpan.FromTicks(12_345_679));
        await fixture.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        await fixture.RaiseAsync("data", "x");
        return fixture;
    }
}
