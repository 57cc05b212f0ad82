using System.Text;
using OpsManager.Storage.Diagnostics;
using OpsManager.Storage.Documents;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Tests.Support;

namespace OpsManager.Storage.Tests.Suites;

/// <summary>Diagnostics of attempts, on any storage.</summary>
public abstract class DiagnosticsSuite
{
    internal abstract Task<TestStorage> OpenAsync();

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task They_are_read_as_they_were_stored_newest_first()
    {
        var storage = await OpenAsync();
        await storage.CreateAsync("run-a");
        var store = new DiagnosticsStore(storage.Rows);
        for (var attempt = 0; attempt <= 12; attempt++)
        {
            Assert.True(await store.SaveAsync(Sample.Id("run-a"), Captured(attempt, $"document {attempt}"), None));
        }

        Assert.Equal([12, 11, 10], (await store.ReadAsync(Sample.Id("run-a"), 13, 3, None)).Select(item => item.Attempt));
        Assert.Equal([2, 1, 0], (await store.ReadAsync(Sample.Id("run-a"), 3, 10, None)).Select(item => item.Attempt));
        Assert.Empty(await store.ReadAsync(Sample.Id("run-a"), 0, 10, None));
        var found = await store.FindAsync(Sample.Id("run-a"), 7, None);
        Assert.Equal("document 7", Encoding.UTF8.GetString(found!.Document.Span));
        Assert.Equal(Captured(7, "") with { Document = default }, found with { Document = default });
        Assert.Null(await store.FindAsync(Sample.Id("run-a"), 13, None));
    }

    [Fact]
    public async Task A_failure_takes_the_place_of_a_failure_only()
    {
        var storage = await OpenAsync();
        await storage.CreateAsync("run-a");
        var store = new DiagnosticsStore(storage.Rows);
        var failed = Captured(1, "") with { Outcome = DiagnosticsOutcome.Failed, FailureCode = "transport_timeout", FailureDetail = "No answer." };

        await store.SaveAsync(Sample.Id("run-a"), failed, None);
        await store.SaveAsync(Sample.Id("run-a"), failed with { FailureCode = "transport_unreachable" }, None);
        Assert.Equal("transport_unreachable", (await store.FindAsync(Sample.Id("run-a"), 1, None))!.FailureCode);

        await store.SaveAsync(Sample.Id("run-a"), Captured(1, "first"), None);
        Assert.True(await store.SaveAsync(Sample.Id("run-a"), failed, None));
        await store.SaveAsync(Sample.Id("run-a"), Captured(1, "second"), None);
        Assert.Equal("second", Encoding.UTF8.GetString((await store.FindAsync(Sample.Id("run-a"), 1, None))!.Document.Span));
    }

    [Fact]
    public async Task Many_at_once_leave_one_for_each_attempt_and_no_other_change()
    {
        var storage = await OpenAsync();
        var head = await storage.CreateAsync("run-a");
        var store = new DiagnosticsStore(storage.Rows);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(at => Task.Run(() => store.SaveAsync(Sample.Id("run-a"), Captured(at % 2, $"{at}"), None))));

        Assert.Equal(2, (await store.ReadAsync(Sample.Id("run-a"), 100, 100, None)).Count);
        Assert.Equal(head with { StoreTag = "" }, await storage.HeadAsync("run-a") with { StoreTag = "" });
    }

    [Fact]
    public async Task A_run_that_is_gone_or_going_gets_none()
    {
        var storage = await OpenAsync();
        var store = new DiagnosticsStore(storage.Rows);
        await PurgeSuite.EndedAsync(storage, "run-a");
        await storage.Purge.MarkAsync(Sample.Id("run-a"), PurgeSuite.Order(), None);

        Assert.False(await store.SaveAsync(Sample.Id("run-a"), Captured(1, "x"), None));
        Assert.False(await store.SaveAsync(Sample.Id("run-nobody"), Captured(1, "x"), None));
    }

    [Fact]
    public async Task The_largest_answer_fits_and_a_larger_document_is_refused()
    {
        var storage = await OpenAsync();
        await storage.CreateAsync("run-a");
        var store = new DiagnosticsStore(storage.Rows);
        var large = Captured(1, "") with { Document = Sample.RandomBytes(1, 64 * 1024) };

        Assert.True(await store.SaveAsync(Sample.Id("run-a"), large, None));
        Assert.Equal(large.Document.ToArray(), (await store.FindAsync(Sample.Id("run-a"), 1, None))!.Document.ToArray());
        await Assert.ThrowsAsync<ArgumentException>(() => store.SaveAsync(Sample.Id("run-a"), large with { Document = Sample.RandomBytes(1, 1024 * 1024) }, None));
    }

    internal static StoredDiagnostics Captured(int attempt, string document) => new()
    {
        Attempt = attempt,
        CapturedAt = TestStorage.Epoch.AddMinutes(attempt),
        Cause = DiagnosticsCause.Relaunch,
        Outcome = DiagnosticsOutcome.Captured,
        Document = Encoding.UTF8.GetBytes(document),
    };
}

public sealed class DiagnosticsInMemoryTests : DiagnosticsSuite
{
    private static readonly CancellationToken None = CancellationToken.None;

    internal override Task<TestStorage> OpenAsync() => Task.FromResult(TestStorage.InMemory());

    [Theory]
    [InlineData(WriteFault.CrashBefore)]
    [InlineData(WriteFault.CrashAfter)]
    [InlineData(WriteFault.Unavailable)]
    [InlineData(WriteFault.AnswerLost)]
    public async Task A_fault_is_made_good_by_repeating(WriteFault fault)
    {
        var rows = new InMemoryStorageGateway();
        await TestStorage.Over(rows).CreateAsync("run-a");
        var faults = new WriteFaults();
        var store = new DiagnosticsStore(new FaultyStorageGateway(rows, faults));
        faults.Plan(1, fault);
        try
        {
            await store.SaveAsync(Sample.Id("run-a"), Captured(1, "x"), None);
        }
        catch (SimulatedCrashException)
        {
            await store.SaveAsync(Sample.Id("run-a"), Captured(1, "x"), None);
        }

        Assert.Equal("x", Encoding.UTF8.GetString(Assert.Single(await store.ReadAsync(Sample.Id("run-a"), 9, 9, None)).Document.Span));
    }

    /// <summary>As version 1 stores it. Never changed.</summary>
    [Fact]
    public async Task Diagnostics_of_version_1_are_read()
    {
        var storage = TestStorage.InMemory();
        await storage.Rows.WriteAsync(
            StorageTable.LoopRuns,
            "run-gold",
            [
                RowWrite.Insert("diagnostics-00000000000000000002", new Dictionary<string, object>
                {
                    ["v"] = 1,
                    ["w"] = "4f0d8d5a4ed64f4f8d1f3a0c6f0f8f11",
                    ["enc"] = "none",
                    ["len"] = 176,
                    ["p0"] = """{"attempt":2,"capturedAt":"2026-03-01T12:02:00+00:00","cause":"relaunch","outcome":"failed","failureCode":"transport_timeout","failureDetail":"No answer."}"""u8.ToArray()
                        .Concat("\n{\"kept\":\"as it was\"}"u8.ToArray()).ToArray(),
                }),
            ],
            None);

        var read = await new DiagnosticsStore(storage.Rows).FindAsync(Sample.Id("run-gold"), 2, None);

        Assert.Equal((DiagnosticsCause.Relaunch, DiagnosticsOutcome.Failed, "transport_timeout", "No answer."), (read!.Cause, read.Outcome, read.FailureCode, read.FailureDetail));
        Assert.Equal("""{"kept":"as it was"}""", Encoding.UTF8.GetString(read.Document.Span));
        await Assert.ThrowsAsync<UnreadableDocumentException>(async () =>
        {
            await storage.Rows.WriteAsync(StorageTable.LoopRuns, "run-gold", [RowWrite.Insert("diagnostics-00000000000000000003", new Dictionary<string, object> { ["v"] = 2, ["w"] = "w", ["enc"] = "none", ["len"] = 3, ["p0"] = "{}\n"u8.ToArray() })], None);
            await new DiagnosticsStore(storage.Rows).FindAsync(Sample.Id("run-gold"), 3, None);
        });
    }
}

public sealed class DiagnosticsAzuriteTests : DiagnosticsSuite
{
    internal override Task<TestStorage> OpenAsync() => TestStorage.AzuriteAsync();
}
