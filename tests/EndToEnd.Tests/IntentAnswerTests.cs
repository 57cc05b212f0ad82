using System.Net;
using System.Text;
using System.Text.Json;
using EndToEnd.Tests.Hosting;

namespace EndToEnd.Tests;

/// <summary>Every request has its defined answer: repeated, contradictory, too long, too late.</summary>
[Collection(SharedManager.Name)]
public sealed class IntentAnswerTests(ManagerUnderTest manager) : IAsyncLifetime
{
    private FakeAdapterUnderTest _adapter = null!;

    public static TheoryData<string, string, int, string?> WhileRunning => new()
    {
        { "a note of 10 kB", Body("pause", new string('n', 10_000)), 400, "invalid_field" },
        { "a note of 10 kB in letters of two bytes", Body("pause", new string('ä', 5_000)), 400, "invalid_field" },
        { "the longest note", Body("pause", new string('n', 4096)), 202, null },
        { "a note one byte too long", Body("pause", new string('n', 4097)), 400, "invalid_field" },
        { "a note with control characters", Body("pause", "\u0007"), 400, "invalid_field" },
        { "a body of 100 kB", Body("pause", new string('n', 100_000)), 413, "body_too_large" },
        { "an unknown verb", Body("explode"), 400, "invalid_field" },
        { "no verb", "{}", 400, "missing_field" },
        { "a candidate for a pause", """{"verb":"pause","candidate":{"runtimeRunId":"r","iteration":1}}""", 400, "invalid_field" },
        { "resume of what is not paused", Body("resume"), 409, "not_paused" },
        { "approve without a candidate", Body("approve"), 409, "no_candidate" },
        { "reject without a candidate", Body("reject"), 409, "no_candidate" },
        { "relaunch without a decision", Body("relaunch"), 409, "no_decision_taken" },
        { "force_cancel before cancel", Body("force_cancel"), 409, "cancel_first" },
    };

    private PatientClient Client => new(manager.Client);

    public async Task InitializeAsync() => _adapter = await FakeAdapterUnderTest.StartAsync();

    public Task DisposeAsync()
    {
        _adapter.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(WhileRunning))]
    public async Task A_running_run_answers(string what, string body, int status, string? code)
    {
        var runId = await StartAsync("works-1");

        var answer = await AskAsync(runId, body);

        Assert.True((int)answer.Status == status && answer.Code == code, $"{what}: {answer.Status} {answer.Text}");
    }

    [Fact]
    public async Task Requests_repeated_at_once_are_one_intent_and_one_effect()
    {
        var runId = await StartAsync("works-1");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AskAsync(runId, Body("pause", "once"), "one-key")));

        Assert.All(answers, static answer => Assert.True(answer.Status == HttpStatusCode.Accepted, answer.Text));
        var id = Assert.Single(answers.Select(static answer => answer.Json.GetProperty("id").GetString()).Distinct());
        await AwaitFinalAsync(runId, id!);
        Assert.Single((await _adapter.ReportAsync("works-1")).GetProperty("effects").EnumerateArray());
        var other = await AskAsync(runId, Body("resume"), "one-key");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency_key_reused"), (other.Status, other.Code));
    }

    [Fact]
    public async Task Of_contradictory_decisions_at_once_one_is_taken_and_the_others_are_conflicts()
    {
        var runId = await StartAsync("asks-1");
        await _adapter.FinishAsync("asks-1");
        var candidate = (await manager.Client.AwaitStateAsync(runId, "awaiting_approval")).GetProperty("candidate");

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(
            number => AskAsync(runId, JsonSerializer.Serialize(new { verb = number % 2 == 0 ? "approve" : "reject", candidate }))));

        var taken = Assert.Single(answers, static answer => answer.Status == HttpStatusCode.Accepted);
        Assert.All(answers.Where(answer => answer != taken), static answer => Assert.True(
            answer is { Status: HttpStatusCode.Conflict, Code: "already_requested" or "decision_in_progress" or "no_candidate" or "candidate_mismatch" or "run_ended" }, answer.Text));
        var intent = await AwaitFinalAsync(runId, taken.Json.GetProperty("id").GetString()!);
        Assert.Equal("confirmed", intent.GetProperty("status").GetString());
    }

    [Fact]
    public async Task After_a_cancel_was_asked_for_nothing_contradicts_it()
    {
        var runId = await StartAsync("works-1");

        var answers = await Task.WhenAll(new[] { "cancel", "pause", "cancel", "resume" }.Select(verb => AskAsync(runId, Body(verb))));

        Assert.All(answers, static answer => Assert.True(
            answer is { Status: HttpStatusCode.Accepted } or { Status: HttpStatusCode.Conflict, Code: "already_requested" or "cancel_in_progress" or "not_paused" or "run_ended" }, answer.Text));
        Assert.Single(answers, static answer => answer.Status == HttpStatusCode.Accepted && answer.Json.GetProperty("verb").GetString() == "cancel");
        await manager.Client.AwaitStateAsync(runId, "cancelled");
        foreach (var accepted in answers.Where(static answer => answer.Status == HttpStatusCode.Accepted))
        {
            await AwaitFinalAsync(runId, accepted.Json.GetProperty("id").GetString()!);
        }
    }

    [Fact]
    public async Task An_ended_run_refuses_whatever_is_new_and_repeats_what_it_answered()
    {
        var runId = await StartAsync("works-1");
        var asked = await AskAsync(runId, Body("cancel"), "the-end");
        await manager.Client.AwaitStateAsync(runId, "cancelled");

        var codes = new List<string?>();
        foreach (var verb in new[] { "pause", "resume", "cancel", "approve", "reject", "relaunch", "force_cancel" })
        {
            var answer = await AskAsync(runId, Body(verb));
            Assert.True(answer.Status == HttpStatusCode.Conflict && answer.Json.TryGetProperty("allowedActions", out _), answer.Text);
            codes.Add(answer.Code);
        }

        Assert.Equal([.. Enumerable.Repeat("run_ended", 6), "nothing_left"], codes);
        var again = await AskAsync(runId, Body("cancel"), "the-end");
        Assert.Equal((HttpStatusCode.Accepted, asked.Json.GetProperty("id").GetString()), (again.Status, again.Json.GetProperty("id").GetString()));
    }

    private static string Body(string verb, string? note = null) =>
        note is null ? JsonSerializer.Serialize(new { verb }) : JsonSerializer.Serialize(new { verb, note });

    private async Task<string> StartAsync(string loop)
    {
        var started = await manager.Client.StartRunAsync(OpsClient.StartRequest("answers-" + Guid.NewGuid().ToString("N")[..12], _adapter.Endpoint, loop, "start"));
        Assert.True(started.Status == HttpStatusCode.Accepted, started.Text);
        var runId = started.Json.GetProperty("runId").GetString()!;
        await manager.Client.AwaitStateAsync(runId, "running");
        return runId;
    }

    private Task<JsonElement> AwaitFinalAsync(string runId, string intentId) =>
        Client.AwaitAsync($"/api/runs/{runId}/intents/{intentId}", static intent => intent.GetProperty("final").GetBoolean());

    private Task<ApiAnswer> AskAsync(string runId, string body, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/runs/{runId}/intents") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return manager.Client.SendAsync(request);
    }
}
