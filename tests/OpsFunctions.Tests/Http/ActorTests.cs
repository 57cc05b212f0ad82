using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OpsFunctions.Composition;
using OpsFunctions.Http;
using OpsFunctions.OpenApi;
using OpsFunctions.Tests.Escalations;
using OpsFunctions.Tests.Support;

namespace OpsFunctions.Tests.Http;

/// <summary>Whoever changes something is named by one header, on every route alike, and found under that name in what is kept.</summary>
public sealed class ActorTests : IAsyncLifetime
{
    private const string Run = "run-a";
    private const string Ended = "run-b";

    // Asks for a look and leaves nothing behind; makes the list anew under the master key.
    private static readonly string[] Nameless = ["NudgeRun", "RebuildIndex"];
    private static readonly string[] Named = ["CreateRun", "AskIntent", "PatchPolicy", "AcknowledgeEscalation", "CreateSilence", "DeleteSilence", "DeleteRun"];

    private TellingApp _app = null!;

    public static TheoryData<string> Changing => [.. Named];

    public async Task InitializeAsync() => _app = await TellingApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public void Every_route_that_changes_something_takes_the_header()
    {
        var functions = HttpFunction.In(typeof(OpsFunctionsComposition).Assembly).Where(static function => !function.Methods.Contains("get")).Select(static function => function.Name).ToList();

        Assert.Equal(functions.Except(Nameless).Order(StringComparer.Ordinal), Named.Order(StringComparer.Ordinal));
        Assert.All(
            ApiOperations.All.Where(operation => functions.Contains(operation.Function) && !Nameless.Contains(operation.Function)),
            static operation => Assert.Contains(operation.Parameters, static parameter => parameter.Name == Callers.Header));
    }

    [Theory]
    [MemberData(nameof(Changing))]
    public async Task A_name_the_manager_acts_under_is_refused_and_nothing_changes(string function)
    {
        await PrepareAsync();
        foreach (var name in new[] { "manager", "policy:stall", " ", "ann\u00e4", new string('a', 129) })
        {
            var answer = await CallAsync(function, name);

            Assert.Equal((400, "invalid_field", Callers.Header), (answer.Status, answer.Code, (string?)answer.Json["errors"]![0]!["field"]));
        }

        Assert.False((await _app.App.HeadAsync(Ended)).Purging);
        Assert.Single(await _app.App.Storage.Notifications.ListSilencesAsync(default));
    }

    [Theory]
    [InlineData("ann@example.org", "ann@example.org")]
    [InlineData(null, "api")]
    public async Task What_is_kept_says_who(string? given, string kept)
    {
        await PrepareAsync();

        var escalation = await CallAsync("AcknowledgeEscalation", given);
        var silence = await CallAsync("CreateSilence", given);
        Assert.Equal(200, (await CallAsync("PatchPolicy", given)).Status);
        var intent = await CallAsync("AskIntent", given);

        Assert.Equal(kept, (string?)escalation.Json["acknowledgement"]!["by"]);
        Assert.Equal(kept, (string?)silence.Json["author"]);
        Assert.Equal(kept, (string?)intent.Json["by"]);
        var id = (await _app.App.HeadAsync(Run)).Run.Spec.RunId;
        Assert.Equal(kept, Assert.Single(await _app.App.Store.ReadPolicyChangesAsync(id, 0, 10, default)).By);
        Assert.Equal(202, (await CallAsync("DeleteRun", given)).Status);
        Assert.Equal(kept, (await _app.App.HeadAsync(Ended)).Purge!.By);
    }

    private async Task PrepareAsync()
    {
        await _app.CreateAsync(Run);
        await _app.App.EndAsync(Ended);
        await _app.RaiseAsync(Run);
        var silence = new JsonObject { ["comment"] = "x", ["runId"] = Run, ["expiresAt"] = _app.App.Time.GetUtcNow().AddHours(1).ToString("O") };
        Assert.Equal(201, (await _app.SilenceAsync(silence)).Status);
    }

    private async Task<Answer> CallAsync(string function, string? by)
    {
        var app = _app.App;
        var expires = app.Time.GetUtcNow().AddHours(1).ToString("O");
        var (method, path, body) = function switch
        {
            "CreateRun" => ("POST", "/api/runs", new JsonObject { ["loopId"] = Samples.Loop.Value, ["sprite"] = new JsonObject { ["name"] = "sprite-z", ["endpoint"] = "http://adapter.test:8080" } }),
            "AskIntent" => ("POST", $"/api/runs/{Run}/intents", new JsonObject { ["verb"] = "cancel" }),
            "PatchPolicy" => ("PATCH", $"/api/runs/{Run}/policy", new JsonObject { ["stallDegraded"] = "00:01:00" }),
            "AcknowledgeEscalation" => ("POST", $"/api/runs/{Run}/escalations/1/acknowledge", []),
            "CreateSilence" => ("POST", "/api/silences", new JsonObject { ["comment"] = "x", ["runId"] = Run, ["expiresAt"] = expires }),
            "DeleteSilence" => ("DELETE", "/api/silences/x", null),
            _ => ("DELETE", $"/api/runs/{Ended}", (JsonObject?)null),
        };
        var request = app.Request(method, path, body, [.. TellingApp.By(by), ("If-Match", "*")]);
        Task<IResult> result = function switch
        {
            "CreateRun" => app.Get<RunsFunctions>().CreateAsync(request, app.Client),
            "AskIntent" => app.Get<IntentsFunctions>().AskAsync(request, app.Client, Run),
            "PatchPolicy" => app.Get<PolicyFunctions>().PatchAsync(request, app.Client, Run),
            "AcknowledgeEscalation" => app.Get<AcknowledgeFunctions>().AcknowledgeAsync(request, Run, "1"),
            "CreateSilence" => app.Get<SilencesFunctions>().CreateAsync(request),
            "DeleteSilence" => app.Get<SilencesFunctions>().DeleteAsync(request, "x"),
            _ => app.Get<DeleteRunFunctions>().DeleteAsync(request, Ended),
        };
        return await Answer.OfAsync(result, request);
    }
}
