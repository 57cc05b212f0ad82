using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using OpsFunctions.Composition;
using OpsFunctions.Http;
using OpsFunctions.OpenApi;
using OpsFunctions.Tests.Support;
using OpsFunctions.Timers;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Index;

namespace OpsFunctions.Tests.Http;

public sealed class DeleteRunTests : IDisposable
{
    private readonly AppFixture _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task An_ended_run_is_accepted_for_deletion_again_and_again()
    {
        await _app.EndAsync("run-sample");

        foreach (var answer in new[] { await DeleteAsync(by: "ada"), await DeleteAsync(by: "bob") })
        {
            Assert.Equal(202, answer.Status);
            Assert.Equal("https://ops.test/api/runs/run-sample", answer.Headers.Location);
            Assert.Equal("60", answer.Headers.RetryAfter);
        }

        Assert.Equal(("ada", "request"), ((await _app.HeadAsync()).Purge!.By, (await _app.HeadAsync()).Purge!.Cause));
    }

    [Fact]
    public async Task A_live_run_is_refused_with_its_state()
    {
        await _app.CreateAsync();

        var answer = await DeleteAsync();

        Assert.Equal((409, "run_not_ended", "pending"), (answer.Status, answer.Code, answer.Json["state"]!.GetValue<string>()));
        Assert.False((await _app.HeadAsync()).Purging);
    }

    [Fact]
    public async Task A_run_that_holds_its_sprite_is_refused_until_somebody_takes_responsibility()
    {
        await _app.EndAsync("run-sample", Quiescence.NotProven);

        Assert.Equal((409, "claim_held"), await CodeAsync());
        Assert.Equal((409, "claim_held"), await CodeAsync("releaseClaim=false"));
        Assert.Equal(202, (await DeleteAsync("releaseClaim=true")).Status);
        Assert.True((await _app.HeadAsync()).Purge!.ReleaseClaim);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        Assert.Equal((404, "run_not_found"), await CodeAsync());
        Assert.Equal((404, "run_not_found"), await CodeAsync(id: "no/run"));
        Assert.Equal((400, "unknown_field"), await CodeAsync("force=true"));
        Assert.Equal((400, "invalid_field"), await CodeAsync("releaseClaim=yes"));
        Assert.Equal((400, "unknown_field"), await CodeAsync("by=ada"));
    }

    [Fact]
    public async Task Every_reading_route_answers_410_while_it_is_deleted_and_404_afterwards()
    {
        await _app.EndAsync("run-sample");
        await DeleteAsync();
        foreach (var (name, ask) in Routes())
        {
            var answer = await ask();
            Assert.True((answer.Status, answer.Code) == (410, "run_purging"), $"{name}: {answer.Status} {answer.Code}");
        }

        await _app.Get<Reaper>().TickAsync(_app.Client, default);
        foreach (var (name, ask) in Routes())
        {
            var answer = await ask();
            Assert.True((answer.Status, answer.Code) == (404, "run_not_found"), $"{name}: {answer.Status} {answer.Code}");
        }

        Assert.Equal((404, "run_not_found"), await CodeAsync());
        Assert.Empty((await _app.Index.ListAsync(new(), null, 10, default)).Items);
    }

    /// <summary>Whoever adds a route about a run adds it above.</summary>
    [Fact]
    public void Every_route_about_a_run_that_reads_it_is_asked()
    {
        var routes = HttpFunction.In(typeof(OpsFunctionsComposition).Assembly)
            .Where(function => function.Route.StartsWith("runs/{runId}", StringComparison.Ordinal) && function.Methods.Contains("get"))
            .Select(function => function.Name);

        Assert.Empty(routes.Except(Routes().Select(route => route.Name)));
    }

    [Fact]
    public async Task The_key_of_a_deleted_run_is_refused()
    {
        _app.Adapter.Log("loop_start");
        var created = await CreateAsync("key-1");
        var id = created.Json["runId"]!.GetValue<string>();
        await _app.FinishAsync(id);
        Assert.Equal(202, (await DeleteAsync(id: id)).Status);

        for (var round = 0; round < 2; round++)
        {
            var again = await CreateAsync("key-1");
            Assert.Equal((422, "idempotency_key_reused"), (again.Status, again.Code));
            Assert.Contains("was deleted", again.Json["detail"]!.GetValue<string>(), StringComparison.Ordinal);
            await _app.Get<Reaper>().TickAsync(_app.Client, default);
        }

        Assert.Equal(202, (await CreateAsync("key-2")).Status);
    }

    [Fact]
    public async Task A_run_that_is_being_deleted_cannot_be_repeated()
    {
        await _app.EndAsync("run-sample");
        await DeleteAsync();
        _app.Adapter.Log("loop_start");

        Assert.Equal("retry_of_not_found", (await CreateAsync("key-1", retryOf: "run-sample")).Code);
    }

    [Fact]
    public async Task The_list_is_made_anew_for_the_master_only()
    {
        await _app.EndAsync("run-sample");
        var request = _app.Request("POST", "/api/index/rebuild");

        var answer = await Answer.OfAsync(_app.Get<IndexFunctions>().RebuildAsync(request, null!), request);

        Assert.Equal((200, 1), (answer.Status, answer.Json["runs"]!.GetValue<int>()));
        Assert.Equal(AuthorizationLevel.Admin, HttpFunction.In(typeof(OpsFunctionsComposition).Assembly).Single(function => function.Name == "RebuildIndex").Level);
    }

    private IEnumerable<(string Name, Func<Task<Answer>> Ask)> Routes()
    {
        const string id = "run-sample";
        yield return ("GetRun", () => AskAsync(string.Empty, request => _app.Get<RunsFunctions>().GetAsync(request, id)));
        yield return ("GetSnapshot", () => AskAsync("/snapshot", request => _app.Get<SnapshotsFunctions>().GetAsync(request, id)));
        yield return ("ListSnapshots", () => AskAsync("/snapshots", request => _app.Get<SnapshotsFunctions>().ListAsync(request, id)));
        yield return ("ListEvents", () => AskAsync("/events", request => _app.Get<EventsFunctions>().ListAsync(request, id)));
        yield return ("ListTransitions", () => AskAsync("/transitions", request => _app.Get<TransitionsFunctions>().ListAsync(request, id)));
        yield return ("ListEscalations", () => AskAsync("/escalations", request => _app.Get<EscalationsFunctions>().ListAsync(request, id)));
        yield return ("ListIntents", () => AskAsync("/intents", request => _app.Get<IntentsFunctions>().ListAsync(request, id)));
        yield return ("GetIntent", () => AskAsync("/intents/int-any", request => _app.Get<IntentsFunctions>().GetAsync(request, id, "int-any")));
        yield return ("ListAudit", () => AskAsync("/audit", request => _app.Get<AuditFunctions>().ListAsync(request, id)));
        yield return ("GetDiagnostics", () => AskAsync("/diagnostics", request => _app.Get<DiagnosticsFunctions>().GetAsync(request, id)));
        yield return ("NudgeRun", () => AskAsync("/nudge", request => _app.Get<NudgeFunctions>().NudgeAsync(request, _app.Client, id)));
    }

    private Task<Answer> AskAsync(string part, Func<HttpRequest, Task<IResult>> function)
    {
        var request = _app.Request("GET", $"/api/runs/run-sample{part}");
        return Answer.OfAsync(function(request), request);
    }

    private Task<Answer> CreateAsync(string key, string? retryOf = null)
    {
        var body = new JsonObject
        {
            ["loopId"] = Samples.Loop.Value,
            ["sprite"] = new JsonObject { ["name"] = "sprite-b", ["endpoint"] = "http://adapter.test:8080" },
        };
        if (retryOf is not null)
        {
            body["retryOf"] = retryOf;
        }

        var request = _app.Request("POST", "/api/runs", body, ("Idempotency-Key", key));
        return Answer.OfAsync(_app.Get<RunsFunctions>().CreateAsync(request, _app.Client), request);
    }

    private async Task<(int Status, string? Code)> CodeAsync(string query = "", string id = "run-sample")
    {
        var answer = await DeleteAsync(query, id);
        return (answer.Status, answer.Code);
    }

    private Task<Answer> DeleteAsync(string query = "", string id = "run-sample", string by = "ada")
    {
        var request = _app.Request("DELETE", $"/api/runs/{id}?{query}", (JsonNode?)null, (Callers.Header, by));
        return Answer.OfAsync(_app.Get<DeleteRunFunctions>().DeleteAsync(request, id), request);
    }
}
