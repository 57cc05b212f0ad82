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

/// <summary>What is asked of a run.</summary>
internal sealed partial class ExampleRecorder
{
    private async Task IntentsAsync()
    {
        const string id = "run-controlled";
        _app.Adapter.Failure = null;
        _app.Adapter.Capabilities = null;
        _app.Adapter.Running = true;
        _app.Adapter.Truncate(0);
        await _app.CreateAsync(id, sprite: "build-8");
        Problem("not_observed_yet", await AskAsync(id, "approve", set: run => run with { Candidate = Waiting }));
        Problem("not_attached_yet", await AskAsync(id, "pause", set: static run => run with { Candidate = null }));
        Problem("start_in_progress", await AskAsync(id, "pause", set: static run => run with { Seen = run.Seen with { StartRequested = true } }));
        _app.Adapter.Log("loop_start", "iteration_start", "role_start");
        await SetAsync(id, static run => run with { Seen = RuntimeMemory.None });
        await DecideAsync(id, 1);

        // An endpoint of version 1, on which another loop is active.
        Problem("not_supported_by_endpoint", await AskAsync(id, "pause"));
        Problem("not_active_on_endpoint", await AskAsync(id, "cancel", set: run => run with { Seen = run.Seen with { ActiveRunOurs = false, ActiveNow = false } }));

        _app.Adapter.Capabilities = ["pause", "resume", "cancel", "force_cancel", "approve", "reject", "start"];
        await DecideAsync(id, 2);
        Problem("observe_only", await AskAsync(id, "cancel", set: static run => run with { ObserveOnly = "The process was not started for this loop alone; what is done to it is done to every loop it runs." }));
        await SetAsync(id, static run => run with { ObserveOnly = null });
        Problem("no_candidate", await AskAsync(id, "approve"));
        Problem("not_paused", await AskAsync(id, "resume"));
        Problem("adapter_answers", await AskAsync(id, "declare_lost"));
        Problem("no_decision_taken", await AskAsync(id, "relaunch"));
        Problem("cancel_first", await AskAsync(id, "force_cancel"));
        Problem("precondition_failed", await AskAsync(id, "pause", ("If-Match", "\"1\"")));
        Problem("intent_not_found", await GetIntentAsync(id, "int-nobody"));

        var note = new JsonObject { ["verb"] = "pause", ["note"] = "The branch is being rebased." };
        Note("AskIntent.request.pause.json", note);
        var asked = await AskAsync(id, note, ("Idempotency-Key", "rebase-1"), ("X-Ops-Actor", "ann@example.org"));
        _ids[asked.Json["id"]!.GetValue<string>()] = "int-pause";
        Note("AskIntent.202.accepted.json", asked);
        Problem("already_requested", await AskAsync(id, "pause"));
        _app.Adapter.Paused = true;
        for (var cycle = 3; cycle < 6; cycle++)
        {
            _app.Time.Advance(TimeSpan.FromSeconds(1));
            await DecideAsync(id, cycle);
        }

        Note("GetIntent.200.confirmed.json", await GetIntentAsync(id, asked.Json["id"]!.GetValue<string>()));
        Note("ListIntents.200.page.json", await AskAsync($"/api/runs/{id}/intents?limit=1", request => _app.Get<IntentsFunctions>().ListAsync(request, id)));
        await _app.Store.RejectEventAsync(
            RunId.Parse(id),
            new RejectedEvent { Id = "0c8e5a1f", At = _app.Time.GetUtcNow(), By = "durable-api", Reason = "It is a text and no verb.", Beginning = "\"stop it\"" },
            default);
        Note("ListAudit.200.page.json", await AskAsync($"/api/runs/{id}/audit", request => _app.Get<AuditFunctions>().ListAsync(request, id)));
        Problem("already_paused", await AskAsync(id, "pause"));

        var hold = (await _app.HeadAsync(id)).Run.Hold!;
        Problem("paused", await AskAsync(id, "relaunch", set: run => run with { Lifecycle = LifecycleStatus.Live(LifecycleState.AwaitingRelaunch, _app.Time.GetUtcNow()), Hold = hold }));
        await SetAsync(id, run => run with { Lifecycle = LifecycleStatus.Live(LifecycleState.Running, _app.Time.GetUtcNow()), Hold = null, Intents = [], Candidate = Waiting });
        var other = new JsonObject { ["verb"] = "approve", ["candidate"] = new JsonObject { ["runtimeRunId"] = "2030-01-01T00:00:00Z", ["iteration"] = 2 } };
        Problem("candidate_mismatch", await AskAsync(id, other));
        var approve = await AskAsync(id, "approve", ("Idempotency-Key", "approve-1"));
        _ids[approve.Json["id"]!.GetValue<string>()] = "int-approve";
        Problem("decision_in_progress", await AskAsync(id, "reject"));
        var cancel = await AskAsync(id, "cancel", ("Idempotency-Key", "cancel-1"));
        _ids[cancel.Json["id"]!.GetValue<string>()] = "int-cancel";
        Problem("cancel_in_progress", await AskAsync(id, "relaunch"));
        Problem("grace_period", await AskAsync(id, "force_cancel", set: run => run with { Cancel = new CancelMemory(IntentId.Parse("int-cancel"), "api", _app.Time.GetUtcNow(), true) }));
        Problem("too_many_open_intents", await AskAsync(id, "resume", set: run => run with
        {
            Intents = Enumerable.Repeat(run.Intents[0] with { Verb = IntentVerb.Pause, Status = IntentStatus.Accepted }, 20).ToValueList(),
        }));
        Problem("run_ended", await AskAsync(id, "pause", set: run => run with
        {
            Intents = [],
            Lifecycle = LifecycleStatus.Ended(LifecycleState.Completed, _app.Time.GetUtcNow(), null, Quiescence.Proven, "process"),
        }));
        Problem("nothing_left", await AskAsync(id, "force_cancel"));
    }

    private static Candidate Waiting => new("2030-01-01T00:00:00Z", 1, Samples.Start);

    private async Task SetAsync(string id, Func<LoopRun, LoopRun> change)
    {
        var head = await _app.HeadAsync(id);
        Assert.IsType<WriteResult.Written>(await _app.Store.ApplyAsync(
            head.Run.Spec.RunId, head.Engine, new ApplyRequest($"set-{head.Revision}", head.Revision, new Decision(change(head.Run), [], [], true)), default));
    }

    private async Task<Answer> AskAsync(string id, string verb, Func<LoopRun, LoopRun> set)
    {
        await SetAsync(id, set);
        return await AskAsync(id, verb);
    }

    private Task<Answer> AskAsync(string id, string verb, params (string Name, string Value)[] headers) => AskAsync(id, new JsonObject { ["verb"] = verb }, headers);

    private Task<Answer> AskAsync(string id, JsonObject body, params (string Name, string Value)[] headers)
    {
        var request = _app.Request("POST", $"/api/runs/{id}/intents", body, [.. headers, ("traceparent", TraceParent)]);
        return Answer.OfAsync(_app.Get<IntentsFunctions>().AskAsync(request, _app.Client, id), request);
    }

    private Task<Answer> GetIntentAsync(string id, string intent) =>
        AskAsync($"/api/runs/{id}/intents/{intent}", request => _app.Get<IntentsFunctions>().GetAsync(request, id, intent));

    // Reached only through a broken store or a defect; what the middleware answers then is asked of it directly.
}
