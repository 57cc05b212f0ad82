using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OpsFunctions.Activities;
using OpsFunctions.Activities.Polling;
using OpsFunctions.Api;
using OpsFunctions.Http;
using OpsFunctions.Middleware;
using OpsFunctions.Problems;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Alerts;
using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage;
using OpsManager.Storage.Diagnostics;
using OpsManager.Storage.Notifications;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.OpenApi;

/// <summary>Asks the app what the examples of the OpenAPI document show, and notes its answers.</summary>
internal sealed partial class ExampleRecorder : IDisposable
{
    private const string TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private const string Diagnostics =
        """
        {"ok":true,"schemaVersion":"v1","at":"2030-01-01T00:04:40Z","source":{"repoPath":"/srv/repo","loopId":"demo-loop"},
        "launch":{"runId":"run-9f86d081884c","attempt":1,"startedAt":"2030-01-01T00:00:01Z","exitCode":0,"exitAt":"2030-01-01T00:04:31Z"},
        "output":{"truncated":true,"tail":"[reviewer] approved\nloop demo-loop complete\n"},
        "roleLog":{"path":".superloop/loops/demo-loop/logs/iter-1/reviewer.log","truncated":false,"tail":"export API_KEY=[redacted]\n"},
        "processes":[],"processesLeftOut":0}
        """;

    private static readonly JsonSerializerOptions Format = new(ApiJson.Options) { WriteIndented = true };

    private readonly AppFixture _app = new(new Dictionary<string, string?> { ["Api:MaxWaiters"] = "1" });
    private readonly SortedDictionary<string, string> _examples = new(StringComparer.Ordinal);

    // Ids of intents are hashes; an example is easier to follow with words.
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);

    private ExampleRecorder()
    {
    }

    /// <summary>All examples by name.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> RecordAsync()
    {
        using var recorder = new ExampleRecorder();
        await recorder.RunsAsync();
        await recorder.RefusalsOfCreateAsync();
        await recorder.IntentsAsync();
        recorder.FailuresOfTheManager();
        return recorder._examples;
    }

    public void Dispose() => _app.Dispose();

    private async Task RunsAsync()
    {
        var body = Body();
        Note("CreateRun.request.attach.json", body);
        var created = await CreateAsync(body, ("Idempotency-Key", "checkout-2030-01-01"));
        Note("CreateRun.202.accepted.json", created);
        var id = created.Json["runId"]!.GetValue<string>();
        Problem("snapshot_not_found", await SnapshotAsync(id));

        _app.Adapter.Log("loop_start", "iteration_start", "role_start", "role_end", "role_start");
        _app.Time.Advance(TimeSpan.FromSeconds(10));
        await DecideAsync(id, 1);
        _app.Adapter.Log("role_end");
        _app.Time.Advance(TimeSpan.FromSeconds(10));
        await DecideAsync(id, 2);

        Note("GetRun.200.running.json", await GetAsync(id));
        await PolicyAsync(id);
        Note("GetSnapshot.200.latest.json", await SnapshotAsync(id));
        Note("ListSnapshots.200.page.json", await AskAsync($"/api/runs/{id}/snapshots?limit=1", request => _app.Get<SnapshotsFunctions>().ListAsync(request, id)));
        var page = await EventsAsync(id, "limit=1");
        Note("ListEvents.200.page.json", page);
        Note("ListTransitions.200.page.json", await AskAsync($"/api/runs/{id}/transitions", request => _app.Get<TransitionsFunctions>().ListAsync(request, id)));

        Problem("sprite_claimed", await CreateAsync(Body()));
        var elsewhere = Body();
        elsewhere["workspace"] = "elsewhere";
        Problem("idempotency_key_reused", await CreateAsync(elsewhere, ("Idempotency-Key", "checkout-2030-01-01")));
        Problem("retry_of_not_ended", await CreateAsync(With("retryOf", id)));

        Problem("run_not_ended", await DeleteAsync(id));

        Problem("run_not_found", await GetAsync("run-nobody"));
        Problem("malformed_cursor", await EventsAsync(id, "after=42"));
        var foreign = new EventCursor(RunId.Parse("run-other"), 1, 1);
        Problem("cursor_gone", await EventsAsync(id, $"after={foreign}"));
        var last = EventCursor.After(await _app.HeadAsync(id), 6);
        using (_app.Get<EventWaiters>().Polls.TryEnter())
        {
            Problem("too_many_waiters", await EventsAsync(id, $"after={last}&waitSeconds=5"));
        }

        Problem("unknown_field", await ListAsync("stat=running"));
        Problem("invalid_field", await ListAsync("limit=0"));
        Problem("invalid_continuation", await ListAsync("continuation=bm9uZQ"));
        Problem("schema_not_found", await AskAsync("/api/contract/v1/loop", request => DescriptionFunctions.GetContractSchemaAsync(request, "loop")));

        _app.Adapter.Failure = AdapterFailureCodes.TransportUnreachable;
        _app.Adapter.FailureDetail = "GET /ops/snapshot: the connection was refused";
        for (var cycle = 3; cycle < 8; cycle++)
        {
            _app.Time.Advance(TimeSpan.FromSeconds(30));
            await DecideAsync(id, cycle);
        }

        _app.Adapter.Failure = null;
        _app.Time.Advance(TimeSpan.FromSeconds(12));
        Note("ListRuns.200.page.json", await ListAsync("limit=1"));
        Note("GetFleet.200.alarm.json", await AskAsync("/api/fleet", request => _app.Get<FleetFunctions>().GetAsync(request)));
        await EscalationsAsync(id);
        Note("ListEscalations.200.page.json", await AskAsync($"/api/runs/{id}/escalations", request => _app.Get<EscalationsFunctions>().ListAsync(request, id)));

        _app.Adapter.Log("loop_complete").Stopped();
        for (var cycle = 8; cycle < 12; cycle++)
        {
            _app.Time.Advance(TimeSpan.FromSeconds(30));
            await DecideAsync(id, cycle);
        }

        Problem("run_ended", await PatchAsync(id, [], ("If-Match", "*")));
        var stream = await EventsAsync(id, $"after={last}", ("Accept", "text/event-stream"));
        _examples["ListEvents.200.stream.txt"] = stream.Text;
        Note("ListEvents.200.ended.json", await EventsAsync(id, $"after={EventCursor.After(await _app.HeadAsync(id), 7)}"));
        await KeptAsync(id);
    }

    private async Task KeptAsync(string id)
    {
        await _app.Storage.Diagnostics.SaveAsync(
            RunId.Parse(id),
            new StoredDiagnostics
            {
                Attempt = 1,
                CapturedAt = _app.Time.GetUtcNow(),
                Cause = DiagnosticsCause.End,
                Outcome = DiagnosticsOutcome.Captured,
                Document = Encoding.UTF8.GetBytes(Diagnostics),
            },
            default);
        Note("GetDiagnostics.200.page.json", await AskAsync($"/api/runs/{id}/diagnostics", request => _app.Get<DiagnosticsFunctions>().GetAsync(request, id)));
        Note("RebuildIndex.200.done.json", await AskAsync("/api/index/rebuild", request => _app.Get<IndexFunctions>().RebuildAsync(request, null!)));

        await _app.EndAsync("run-unproven", Quiescence.NotProven, "build-9");
        Problem("claim_held", await DeleteAsync("run-unproven"));
        Assert.Equal(202, (await DeleteAsync(id)).Status);
        Problem("run_purging", await GetAsync(id));
    }

    private async Task PolicyAsync(string id)
    {
        var patch = new JsonObject
        {
            ["maxActiveDuration"] = "08:00:00",
            ["actions"] = new JsonObject { ["maxActiveDuration"] = "pause" },
            ["note"] = "The night is long enough.",
        };
        Note("PatchPolicy.request.limit.json", patch);
        Problem("precondition_required", await PatchAsync(id, patch));
        Problem("precondition_failed", await PatchAsync(id, patch, ("If-Match", "\"1\"")));
        Note("PatchPolicy.200.changed.json", await PatchAsync(id, patch, ("If-Match", $"\"{(await _app.HeadAsync(id)).Revision}\"")));
    }

    private Task<Answer> PatchAsync(string id, JsonObject body, params (string Name, string Value)[] headers)
    {
        var request = _app.Request("PATCH", $"/api/runs/{id}/policy", body, [.. headers, ("traceparent", TraceParent), (Callers.Header, "ann@example.org")]);
        return Answer.OfAsync(_app.Get<PolicyFunctions>().PatchAsync(request, _app.Client, id), request);
    }

    private async Task EscalationsAsync(string id)
    {
        var acknowledge = new JsonObject { ["note"] = "The sprite is being moved; back at 16:00." };
        Note("AcknowledgeEscalation.request.note.json", acknowledge);
        Note("AcknowledgeEscalation.200.acknowledged.json", await AcknowledgeAsync(id, "1", acknowledge));
        Problem("escalation_not_found", await AcknowledgeAsync(id, "99", acknowledge));

        var silence = new JsonObject
        {
            ["comment"] = "The build sprites are moved to another zone.",
            ["expiresAt"] = _app.Time.GetUtcNow().AddHours(2).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            ["category"] = "transport",
            ["workspace"] = "checkout",
        };
        Note("CreateSilence.request.maintenance.json", silence);
        var made = (await SilenceAsync(silence)).Json;
        var known = made["id"]!.GetValue<string>();
        Note("CreateSilence.201.made.json", Fixed(made));
        var list = (await AskAsync("/api/silences", _app.Get<SilencesFunctions>().ListAsync)).Json;
        Fixed(list["value"]![0]!);
        Note("ListSilences.200.page.json", list);
        Problem("silence_not_found", await AskAsync("/api/silences/x", request => _app.Get<SilencesFunctions>().DeleteAsync(request, "x")));
        Assert.Equal(204, (await AskAsync($"/api/silences/{known}", request => _app.Get<SilencesFunctions>().DeleteAsync(request, known))).Status);

        for (var i = 0; i < SilencesFunctions.AtMost; i++)
        {
            await _app.Storage.Notifications.SaveAsync(new Tagged<Silence>(Silence(i), null), default);
        }

        Problem("too_many_silences", await SilenceAsync(silence));
        foreach (var each in await _app.Storage.Notifications.ListSilencesAsync(default))
        {
            await _app.Storage.Notifications.RemoveSilenceAsync(each.Value.Id, default);
        }
    }

    private Silence Silence(int number) => new()
    {
        Id = $"{number}",
        Author = "ann",
        Comment = "one of many",
        CreatedAt = _app.Time.GetUtcNow(),
        ExpiresAt = _app.Time.GetUtcNow().AddDays(1),
        ReasonCode = "clock_skew",
    };

    // The id is random, and an example is the same every time it is made.
    private static JsonNode Fixed(JsonNode silence)
    {
        silence["id"] = "20300101000302-6f1d2c3b4a59";
        return silence;
    }

    private Task<Answer> AcknowledgeAsync(string id, string number, JsonObject body)
    {
        var request = _app.Request("POST", $"/api/runs/{id}/escalations/{number}/acknowledge", body, ("traceparent", TraceParent), (Callers.Header, "ann@example.org"));
        return Answer.OfAsync(_app.Get<AcknowledgeFunctions>().AcknowledgeAsync(request, id, number), request);
    }

    private Task<Answer> SilenceAsync(JsonObject body)
    {
        var request = _app.Request("POST", "/api/silences", body, ("traceparent", TraceParent), (Callers.Header, "ann@example.org"));
        return Answer.OfAsync(_app.Get<SilencesFunctions>().CreateAsync(request), request);
    }

    private async Task RefusalsOfCreateAsync()
    {
        Problem("malformed_json", await CreateAsync("{\"loopId\":"u8.ToArray()));
        Problem("missing_field", await CreateAsync(new JsonObject { ["sprite"] = Body()["sprite"]!.DeepClone() }));
        var endpoint = Body();
        endpoint["sprite"]!["endpoint"] = "https://elsewhere.test";
        Problem("endpoint_not_allowed", await CreateAsync(endpoint));
        Problem("unknown_profile", await CreateAsync(With("profile", "lenient")));
        Problem("retry_of_not_found", await CreateAsync(With("retryOf", "run-nobody")));
        Problem("invalid_idempotency_key", await CreateAsync(Body(), ("Idempotency-Key", string.Empty)));
        Problem("body_too_large", await CreateAsync(new byte[RequestBody.Limit + 1]));
        var text = _app.Request("POST", "/api/runs", Body(), ("traceparent", TraceParent));
        text.ContentType = "text/plain";
        Problem("unsupported_media_type", await Answer.OfAsync(_app.Get<RunsFunctions>().CreateAsync(text, _app.Client), text));
        Problem("repo_mismatch", await CreateAsync(With("repoPath", "/srv/other")));
        Problem("start_unsupported", await CreateAsync(With("launch", "start")));
        foreach (var (failure, detail, code) in new[]
        {
            (AdapterFailureCodes.AdapterTokenMissing, "No token is configured under the name build.", "token_unknown"),
            (AdapterFailureCodes.LoopUnknown, "GET /ops/snapshot: HTTP 404 unknown_loop", "loop_unknown"),
            (AdapterFailureCodes.UnsupportedSchemaVersion, "The snapshot's schemaVersion is not \"v1\".", "unsupported_schema_version"),
            (AdapterFailureCodes.AdapterUnauthorized, "GET /ops/snapshot: HTTP 401", "adapter_unauthorized"),
        })
        {
            _app.Adapter.Failure = failure;
            _app.Adapter.FailureDetail = detail;
            Problem(code, await CreateAsync(Body()));
        }
    }

    private void FailuresOfTheManager()
    {
        var classify = typeof(ProblemMiddleware).GetMethod("Classify", BindingFlags.NonPublic | BindingFlags.Static)!;
        foreach (var failure in new Exception[] { new InvalidOperationException("a defect"), new StorageUnavailableException("away", new IOException("away")) })
        {
            var problem = (ApiProblem)classify.Invoke(null, [failure])! with { Instance = "/api/runs", TraceId = TraceParent.Split('-')[1] };
            Note($"problem.{problem.Code}.json", JsonSerializer.SerializeToNode(problem, ApiJson.Options)!);
        }
    }

    private static JsonObject Body() => new()
    {
        ["launch"] = "attach",
        ["loopId"] = Samples.Loop.Value,
        ["sprite"] = new JsonObject { ["name"] = "build-7", ["endpoint"] = "https://adapter.test:8377", ["tokenName"] = "build" },
        ["repoPath"] = "/srv/repo",
        ["workspace"] = "checkout",
        ["labels"] = new JsonObject { ["team"] = "payments" },
        ["profile"] = "balanced",
    };

    private static JsonObject With(string member, string value)
    {
        var body = Body();
        body[member] = value;
        return body;
    }

    private async Task DecideAsync(string id, long cycle)
    {
        var outcome = await _app.PollAsync(cycle, id: id);
        if (outcome is { Kind: PollOutcomeKind.Decide, Run: { } run, Input: { } input })
        {
            var decision = RunDecider.Decide(run, input, _app.Time.GetUtcNow());
            if (decision.Changed)
            {
                await _app.Get<ApplyActivity>().RunAsync(new ApplyCommand(run.Spec.RunId, 1, $"1-{cycle}", outcome.Revision, decision), null!);
            }

            if (decision.Effects.OfType<Effect.DeliverIntent>().FirstOrDefault() is { } deliver)
            {
                var answer = await _app.Get<DeliverIntentActivity>().RunAsync(new DeliverIntentRequest(run.Spec.RunId, 1, cycle, deliver.Intent), null!);
                decision = RunDecider.Decide(decision.Run, new DecisionInput.IntentAnswered(answer!), _app.Time.GetUtcNow());
                await _app.Get<ApplyActivity>().RunAsync(new ApplyCommand(run.Spec.RunId, 1, $"1-{cycle}-intent", outcome.Revision + 1, decision), null!);
            }
        }
    }

    private Task<Answer> CreateAsync(JsonObject body, params (string Name, string Value)[] headers) =>
        CreateAsync(Encoding.UTF8.GetBytes(body.ToJsonString()), headers);

    private Task<Answer> CreateAsync(byte[] body, params (string Name, string Value)[] headers)
    {
        var request = _app.Request("POST", "/api/runs", body, [.. headers, ("traceparent", TraceParent)]);
        return Answer.OfAsync(_app.Get<RunsFunctions>().CreateAsync(request, _app.Client), request);
    }

    private Task<Answer> DeleteAsync(string id) => AskAsync($"/api/runs/{id}", request => _app.Get<DeleteRunFunctions>().DeleteAsync(request, id));

    private Task<Answer> GetAsync(string id) => AskAsync($"/api/runs/{id}", request => _app.Get<RunsFunctions>().GetAsync(request, id));

    private Task<Answer> ListAsync(string query) => AskAsync($"/api/runs?{query}", _app.Get<RunsFunctions>().ListAsync);

    private Task<Answer> SnapshotAsync(string id) =>
        AskAsync($"/api/runs/{id}/snapshot", request => _app.Get<SnapshotsFunctions>().GetAsync(request, id));

    private Task<Answer> EventsAsync(string id, string query, params (string Name, string Value)[] headers) =>
        AskAsync($"/api/runs/{id}/events?{query}", request => _app.Get<EventsFunctions>().ListAsync(request, id), headers);

    private Task<Answer> AskAsync(string address, Func<HttpRequest, Task<IResult>> function, params (string Name, string Value)[] headers)
    {
        var request = _app.Request("GET", address, (JsonNode?)null, [.. headers, ("traceparent", TraceParent)]);
        return Answer.OfAsync(function(request), request);
    }

    private void Problem(string code, Answer answer)
    {
        Assert.Equal(code, answer.Code);
        Note($"problem.{code}.json", answer.Json);
    }

    private void Note(string name, Answer answer)
    {
        Assert.InRange(answer.Status, 200, 299);
        Note(name, answer.Json);
    }

    private void Note(string name, JsonNode json) => _examples[name] = _ids.Aggregate(json.ToJsonString(Format), static (text, id) => text.Replace(id.Key, id.Value, StringComparison.Ordinal)) + "\n";
}
