using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;
using OpsFunctions.Activities;
using OpsFunctions.Activities.Polling;
using OpsFunctions.Escalations;
using OpsFunctions.Http;
using OpsFunctions.Tests.Support;
using OpsFunctions.Timers;
using OpsManager.Core.Decisions;
using OpsManager.Core.Escalations;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Runs;
using OpsManager.Testing.Http;

namespace OpsFunctions.Tests.Escalations;

/// <summary>The app with sinks that are servers of the test: a webhook named hook and PagerDuty named pager.</summary>
internal sealed class TellingApp : IAsyncDisposable
{
    public const string SigningSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly string _file;

    private TellingApp(ReceivingServer hook, ReceivingServer pager, Func<string, string, string>? configuration, IReadOnlyDictionary<string, string?>? settings)
    {
        (Hook, Pager) = (hook, pager);
        _file = Path.Combine(Path.GetTempPath(), $"sinks-{Guid.NewGuid():N}.json");
        File.WriteAllText(_file, (configuration ?? Everything)(hook.Address.ToString(), pager.Address.ToString()));
        var all = new Dictionary<string, string?>
        {
            ["Escalations:SinksFile"] = _file,
            ["Escalations:AllowedHosts"] = "127.0.0.1",
            ["Escalations:Secrets:signing"] = SigningSecret,
            ["Escalations:Secrets:pager_key"] = "0123456789abcdef0123456789abcdef",
            ["Api:PublicBaseUrl"] = "https://ops.test",
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
        {
            all[name] = value;
        }

        App = new AppFixture(all);
    }

    public AppFixture App { get; }

    public ReceivingServer Hook { get; }

    public ReceivingServer Pager { get; }

    /// <summary>What the webhook was told, without the signature: kind, key, runs.</summary>
    public IReadOnlyList<string> HookTold => [.. Hook.Received.Select(post => $"{post.Json["type"]} {post.Json["data"]!["dedupKey"]}")];

    public IReadOnlyList<string> PagerTold => [.. Pager.Received.Select(post => $"{post.Json["event_action"]} {post.Json["dedup_key"]}")];

    public static async Task<TellingApp> StartAsync(
        Func<string, string, string>? configuration = null, IReadOnlyDictionary<string, string?>? settings = null) =>
        new(await ReceivingServer.StartAsync(), await ReceivingServer.StartAsync(), configuration, settings);

    public Task<DispatchReport> DispatchAsync() => App.Get<NotificationDispatcher>().RunAsync(default);

    /// <summary>Creates runs, each on a sprite of its own.</summary>
    public async Task CreateAsync(params string[] ids)
    {
        foreach (var id in ids)
        {
            await App.CreateAsync(id, sprite: "sprite-" + id);
        }
    }

    /// <summary>Stores a decision that raises an escalation.</summary>
    public Task RaiseAsync(string id, string code = "ingest_stale", EscalationSeverity severity = EscalationSeverity.Critical) => DecideAsync(id, run =>
    {
        var number = run.EscalationCount + 1;
        return (
            run with
            {
                EscalationCount = number,
                Escalations = run.Escalations.Add(new OpenEscalation(number, code, severity, App.Time.GetUtcNow())),
            },
            [new Effect.RaiseEscalation(number, code, severity, "No event for longer than 300 s.")]);
    });

    /// <summary>Stores a decision by which what is open under a code became critical: the old one is resolved and a new one raised.</summary>
    public Task WorsenAsync(string id, string code = "ingest_stale") => DecideAsync(id, run =>
    {
        var open = run.Escalations.Single(escalation => escalation.Code == code);
        var number = run.EscalationCount + 1;
        return (
            run with
            {
                EscalationCount = number,
                Escalations = run.Escalations.Select(each => each == open ? new OpenEscalation(number, code, EscalationSeverity.Critical, App.Time.GetUtcNow()) : each).ToValueList(),
            },
            [
                new Effect.ResolveEscalation(open.Number, code) { Count = open.Count },
                new Effect.RaiseEscalation(number, code, EscalationSeverity.Critical, "No event for longer than 900 s."),
            ]);
    });

    /// <summary>Stores a decision that resolves what is open under a code.</summary>
    public Task ResolveAsync(string id, string code = "ingest_stale") => DecideAsync(id, run =>
    {
        var open = run.Escalations.Single(escalation => escalation.Code == code);
        return (
            run with { Escalations = [.. run.Escalations.Where(escalation => escalation != open)] },
            [new Effect.ResolveEscalation(open.Number, code) { Count = open.Count }]);
    });

    public async Task<WriteResult> DecideAsync(string id, Func<LoopRun, (LoopRun Run, ValueList<Effect> Effects)> decide)
    {
        var head = await App.HeadAsync(id);
        var (run, effects) = decide(head.Run);
        var decision = new Decision(run with { DecidedAt = App.Time.GetUtcNow() }, [], effects, Changed: true);
        return await App.Store.ApplyAsync(head.Run.Spec.RunId, head.Engine, new ApplyRequest($"1-{head.Revision}", head.Revision, decision), default);
    }

    /// <summary>What an engine does in a cycle.</summary>
    public async Task CycleAsync(string id, long cycle)
    {
        var outcome = await App.PollAsync(cycle, id: id);
        if (outcome is { Kind: PollOutcomeKind.Decide, Run: { } run, Input: { } input } && RunDecider.Decide(run, input, App.Time.GetUtcNow()) is { Changed: true } decision)
        {
            await App.Get<ApplyActivity>().RunAsync(new ApplyCommand(run.Spec.RunId, 1, $"1-{cycle}", outcome.Revision, decision), null!);
        }
    }

    public async Task WatchAsync()
    {
        foreach (var run in await App.Index.ListActiveAsync(default))
        {
            App.Client.Set($"{run.RunId}-g1", OrchestrationRuntimeStatus.Running);
        }

        await App.Get<Watchdog>().TickAsync(App.Client, default);
    }

    public async Task<Answer> AcknowledgeAsync(string id, string number, JsonObject body, string? by = "ann")
    {
        var request = App.Request("POST", $"/api/runs/{id}/escalations/{number}/acknowledge", body, By(by));
        return await Answer.OfAsync(App.Get<AcknowledgeFunctions>().AcknowledgeAsync(request, id, number), request);
    }

    public async Task<Answer> SilenceAsync(JsonObject body, string? by = "ann")
    {
        var request = App.Request("POST", "/api/silences", body, By(by));
        return await Answer.OfAsync(App.Get<SilencesFunctions>().CreateAsync(request), request);
    }

    public async Task<Answer> DeleteSilenceAsync(string id, string? by = "ann")
    {
        var request = App.Request("DELETE", $"/api/silences/{id}", (JsonNode?)null, By(by));
        return await Answer.OfAsync(App.Get<SilencesFunctions>().DeleteAsync(request, id), request);
    }

    /// <summary>The header that says who calls; none without a name.</summary>
    public static (string Name, string Value)[] By(string? name) => name is null ? [] : [(Callers.Header, name)];

    public Task<Answer> GetAsync(string path, Func<HttpRequest, Task<IResult>> function)
    {
        var request = App.Request("GET", path);
        return Answer.OfAsync(function(request), request);
    }

    public async Task<JsonNode> FleetAsync() => (await GetAsync("/api/fleet", App.Get<FleetFunctions>().GetAsync)).Json;

    public async Task<JsonNode> EscalationsAsync(string id) =>
        (await GetAsync($"/api/runs/{id}/escalations", request => App.Get<EscalationsFunctions>().ListAsync(request, id))).Json["value"]!;

    public async ValueTask DisposeAsync()
    {
        App.Dispose();
        await Hook.DisposeAsync();
        await Pager.DisposeAsync();
        File.Delete(_file);
    }

    private static string Everything(string hook, string pager) => $$"""
        {
          "sinks": [
            { "name": "hook", "type": "webhook", "url": "{{hook}}hook", "signingSecret": "signing" },
            { "name": "pager", "type": "pagerduty", "url": "{{pager}}v2/enqueue", "routingKeySecret": "pager_key" }
          ],
          "defaults": { "minimumSeverity": "warning", "sinks": ["hook", "pager"] }
        }
        """;
}
