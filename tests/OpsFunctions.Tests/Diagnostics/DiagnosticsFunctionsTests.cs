using System.Text;
using OpsFunctions.Http;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Decisions;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage.Diagnostics;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Diagnostics;

public sealed class DiagnosticsFunctionsTests : IDisposable
{
    private readonly AppFixture _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task A_run_without_any_says_where_to_look_instead()
    {
        await _app.CreateAsync();

        var answer = await GetAsync();

        Assert.Equal(200, answer.Status);
        Assert.Empty(answer.Json["value"]!.AsArray());
        Assert.Null(answer.Json["nextLink"]);
        Assert.Equal("https://ops.test/api/runs/run-sample/snapshot", answer.Json["links"]!["snapshot"]!.GetValue<string>());
        Assert.StartsWith("https://ops.test/api/runs/run-sample/events?after=", answer.Json["links"]!["events"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("no-store", answer.Headers.CacheControl);
    }

    [Fact]
    public async Task The_last_events_stand_in_beside_those_that_could_not_be_had()
    {
        await _app.CreateAsync();
        _app.Adapter.Log(["loop_start", .. Enumerable.Repeat("role_start", 129)]);
        for (var cycle = 1; (await _app.HeadAsync()).StoredThrough < 130; cycle++)
        {
            Assert.InRange(cycle, 1, 10);
            await _app.PollAsync(cycle);
        }

        await SaveAsync(0, DiagnosticsOutcome.Unsupported);

        var answer = await GetAsync();
        var link = new Uri(answer.Json["links"]!["events"]!.GetValue<string>());
        var request = _app.Request("GET", link.PathAndQuery);
        var events = await Answer.OfAsync(_app.Get<EventsFunctions>().ListAsync(request, "run-sample"), request);

        Assert.Equal("unsupported", answer.Json["value"]![0]!["outcome"]!.GetValue<string>());
        Assert.Null(answer.Json["value"]![0]!["document"]);
        Assert.Equal((100, 31L), (events.Json["value"]!.AsArray().Count, events.Json["value"]![0]!["sequence"]!.GetValue<long>()));
    }

    [Fact]
    public async Task Attempts_come_newest_first_and_page_by_page()
    {
        await LiveAsync(attempts: 3);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await SaveAsync(attempt, DiagnosticsOutcome.Captured, $$"""{"attempt":{{attempt}}}""");
        }

        var first = await GetAsync("limit=2");
        var second = await GetAsync(new Uri(first.Json["nextLink"]!.GetValue<string>()).Query.TrimStart('?'));

        Assert.Equal([3, 2], first.Json["value"]!.AsArray().Select(item => item!["document"]!["attempt"]!.GetValue<int>()));
        Assert.Equal([1], second.Json["value"]!.AsArray().Select(item => item!["attempt"]!.GetValue<int>()));
        Assert.Null(second.Json["nextLink"]);
    }

    [Fact]
    public async Task What_there_is_now_comes_on_demand_and_is_not_kept()
    {
        await LiveAsync(attempts: 1);
        _app.Adapter.Diagnostics = """{"now":true}""";

        var answer = await GetAsync("refresh=true");

        var now = answer.Json["value"]![0]!;
        Assert.Equal(("request", "captured", true), (now["cause"]!.GetValue<string>(), now["outcome"]!.GetValue<string>(), now["document"]!["now"]!.GetValue<bool>()));
        Assert.Empty((await GetAsync()).Json["value"]!.AsArray());
        Assert.Equal(1, _app.Adapter.DiagnosticsCalls);
    }

    [Fact]
    public async Task A_sprite_that_does_not_answer_now_says_so_beside_what_was_kept()
    {
        await LiveAsync(attempts: 1);
        await SaveAsync(1, DiagnosticsOutcome.Captured, """{"kept":true}""");
        _app.Adapter.DiagnosticsFailure = AdapterFailureCodes.TransportUnreachable;

        var answer = await GetAsync("refresh=true");

        Assert.Equal(200, answer.Status);
        Assert.Equal(["failed", "captured"], answer.Json["value"]!.AsArray().Select(item => item!["outcome"]!.GetValue<string>()));
        Assert.Equal("transport_unreachable", answer.Json["value"]![0]!["failureCode"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_query_is_read_strictly()
    {
        await _app.CreateAsync();

        Assert.Equal("invalid_field", (await GetAsync("limit=51")).Code);
        Assert.Equal("invalid_field", (await GetAsync("refresh=now")).Code);
        Assert.Equal("unknown_field", (await GetAsync("attempt=1")).Code);
    }

    private Task<Answer> GetAsync(string query = "")
    {
        var request = _app.Request("GET", $"/api/runs/run-sample/diagnostics?{query}");
        return Answer.OfAsync(_app.Get<DiagnosticsFunctions>().GetAsync(request, "run-sample"), request);
    }

    private async Task SaveAsync(int attempt, DiagnosticsOutcome outcome, string document = "") =>
        Assert.True(await _app.Storage.Diagnostics.SaveAsync(
            RunId.Parse("run-sample"),
            new StoredDiagnostics
            {
                Attempt = attempt,
                CapturedAt = _app.Time.GetUtcNow(),
                Cause = DiagnosticsCause.End,
                Outcome = outcome,
                Document = Encoding.UTF8.GetBytes(document),
            },
            default));

    private async Task LiveAsync(int attempts)
    {
        var head = await _app.CreateAsync();
        var run = head.Run with
        {
            Capabilities = ["diagnostics"],
            Evidence = head.Run.Evidence with
            {
                Attempts = [.. Enumerable.Range(1, attempts).Select(number => new Attempt { Number = number, Cause = AttemptCause.Start, Epoch = 1, BaseLine = 0 })],
            },
        };
        await _app.Store.ApplyAsync(run.Spec.RunId, head.Engine, new ApplyRequest("test", head.Revision, new Decision(run, [], [], true)), default);
    }
}
