using System.Text.Json;
using Azure.Data.Tables;
using LocalHost.Durable.Engine;
using LocalHost.Durable.Storage;
using LocalHost.Tests.Durable;
using Microsoft.DurableTask;

namespace LocalHost.Tests.Storage;

/// <summary>Reads the hub's tables as Durable Functions Monitor 6.7 does: by its own filters and columns, escaping nothing.</summary>
[Collection(TableStorageGroup.Name)]
public sealed class MonitorTests(TableStorageFixture storage)
{
    private const string InstanceId = "run-sample-g1";

    private static readonly string[] HistoryColumns =
        ["InstanceId", "EventType", "Name", "_Timestamp", "Input", "Result", "Details", "FailureDetails", "EventId", "TaskScheduledId", "ExecutionId"];

    [Fact]
    public async Task A_hub_is_found_by_its_two_tables()
    {
        await using EngineFixture fixture = await RunAsync();
        string hub = fixture.Client.Name;
        List<string> tables = await storage.Service.QueryAsync().Select(table => table.Name).ToListAsync();

        Assert.Contains(hub + "Instances", tables);
        Assert.Contains(hub + "History", tables);
    }

    [Fact]
    public async Task The_list_reads_name_status_times_and_a_flat_custom_status()
    {
        await using EngineFixture fixture = await RunAsync();
        TableEntity row = Assert.Single(await Instances(fixture).QueryAsync<TableEntity>("RuntimeStatus eq 'Running'").ToListAsync());

        Assert.Equal((InstanceId, string.Empty), (row.PartitionKey, row.RowKey));
        Assert.Equal("Main", row.GetString("Name"));
        Assert.NotNull(row.GetDateTimeOffset("CreatedTime"));
        Assert.NotNull(row.GetDateTimeOffset("LastUpdatedTime"));
        using JsonDocument status = JsonDocument.Parse(row.GetString("CustomStatus"));
        Assert.Equal("running", status.RootElement.GetProperty("state").GetString());
    }

    [Fact]
    public async Task The_history_of_the_current_execution_joins_calls_to_their_results()
    {
        await using EngineFixture fixture = await RunAsync();
        TableEntity instance = (await Instances(fixture).GetEntityAsync<TableEntity>(InstanceId, string.Empty)).Value;
        List<TableEntity> rows = await storage.Service.GetTableClient(fixture.Client.Name + "History")
            .QueryAsync<TableEntity>($"PartitionKey eq '{InstanceId}' and ExecutionId eq '{instance.GetString("ExecutionId")}'", select: HistoryColumns)
            .Where(row => row.GetString("EventType") is not null)
            .ToListAsync();

        // The second execution's rows and no other's: the first one's was longer.
        Assert.Equal("ExecutionStarted", rows.First(row => row.GetString("EventType") != "OrchestratorStarted").GetString("EventType"));
        List<TableEntity> scheduled = rows.Where(row => row.GetString("EventType") == "TaskScheduled").ToList();
        Assert.Equal(["Echo", "Fail"], scheduled.Select(row => row.GetString("Name")));
        foreach (TableEntity call in scheduled)
        {
            TableEntity end = rows.Single(row => row.GetInt32("TaskScheduledId") == call.GetInt32("EventId"));
            Assert.True(end.GetDateTimeOffset("_Timestamp") >= call.GetDateTimeOffset("_Timestamp"));
            if (call.GetString("Name") == "Echo")
            {
                Assert.Equal("\"second\"", end.GetString("Result"));
            }
            else
            {
                using JsonDocument failure = JsonDocument.Parse(end.GetString("FailureDetails"));
                Assert.Equal("System.FormatException", failure.RootElement.GetProperty("ErrorType").GetString());
            }
        }

        TableEntity raised = Assert.Single(rows, row => row.GetString("EventType") == "EventRaised");
        Assert.Equal(("other", "{\"a\":1}"), (raised.GetString("Name"), raised.GetString("Input")));
    }

    private TableClient Instances(EngineFixture fixture) => storage.Service.GetTableClient(fixture.Client.Name + "Instances");

    private async Task<EngineFixture> RunAsync()
    {
        string hub = TableStorageFixture.NewHub();
        TableOrchestrationStore store = new(storage.Service, hub, TimeProvider.System);
        await store.InitializeAsync(CancellationToken.None);
        EngineFixture fixture = new(store, new EngineOptions(), hub: hub);
        fixture.Activity("Echo", input => EngineFixture.Converter.Deserialize<string>(input));
        fixture.Activity("Fail", _ => throw new FormatException("no"));
        fixture.Orchestrator("Main", async context =>
        {
            context.SetCustomStatus(new { state = "running" });
            if (context.GetInput<string>() == "first")
            {
                for (int call = 0; call < 5; call++)
                {
                    await context.CallActivityAsync<string>("Echo", "first");
                }

                context.ContinueAsNew("second");
                return null;
            }

            await context.CallActivityAsync<string>("Echo", "second");
            await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync("Fail", "x"));
            await context.WaitForExternalEvent<string>("never");
            return null;
        });
        await fixture.StartedAsync();
        await fixture.StartAsync("Main", "first", InstanceId);
        await fixture.RaiseAsync("other", new { a = 1 }, InstanceId);
        return fixture;
    }
}
