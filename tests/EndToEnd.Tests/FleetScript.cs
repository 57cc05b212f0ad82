using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosting;

namespace EndToEnd.Tests;

/// <summary>One run of the fleet: what its operators ask of it, and when.</summary>
/// <param name="kind">What becomes of it.</param>
/// <param name="number">Number within the fleet.</param>
/// <param name="client">The API.</param>
/// <param name="adapter">The adapter.</param>
/// <param name="moment">Ends at the next of the run's moments, which are spread over the kills.</param>
internal sealed class FleetScript(FleetKind kind, int number, PatientClient client, FakeAdapterUnderTest adapter, Func<Task> moment)
{
    private readonly ConcurrentDictionary<string, string?> _accepted = new(StringComparer.Ordinal);
    private int _asked;

    public FleetKind Kind => kind;

    /// <summary>Name of the loop; the adapter reads from it whether the loop asks before it completes.</summary>
    public string Loop { get; } = $"{(kind is FleetKind.Held or FleetKind.Cancelled ? "works" : "asks")}-{kind.ToString().ToLowerInvariant()}-{number}";

    public string RunId { get; private set; } = string.Empty;

    /// <summary>The accepted intents and how each has to end; null where only that it ends is certain.</summary>
    public IReadOnlyDictionary<string, string?> Accepted => _accepted;

    public string EndState => kind == FleetKind.Cancelled ? "cancelled" : "completed";

    public override string ToString() => $"{Loop} ({RunId})";

    public async Task PlayAsync()
    {
        var request = OpsClient.StartRequest($"fleet-{Loop}", adapter.Endpoint, Loop, "start");
        var started = await client.PostAsync("/api/runs", request, $"start-{Loop}");
        Assert.True(started.Status == HttpStatusCode.Accepted, started.Text);
        RunId = started.Json.GetProperty("runId").GetString()!;
        await AwaitStateAsync("running");
        await moment();
        await (kind switch
        {
            FleetKind.Held => HoldAsync(),
            FleetKind.Approved => DecideAsync("approve"),
            FleetKind.RejectedFirst => RejectAndApproveAsync(),
            FleetKind.Cancelled => CancelAsync(),
            _ => ContradictAsync(),
        });
        await AwaitStateAsync(EndState);
        var late = await AskAsync(new { verb = "pause" }, NextKey());
        Assert.Equal((HttpStatusCode.Conflict, "run_ended"), (late.Status, late.Code));
    }

    private async Task HoldAsync()
    {
        for (var round = 0; round < 2; round++)
        {
            await ConfirmAsync(new { verb = "pause", note = "hold" });
            await AwaitStateAsync("paused");
            await moment();
            await ConfirmAsync(new { verb = "resume" });
            await moment();
        }

        await adapter.FinishAsync(Loop);
    }

    private async Task RejectAndApproveAsync()
    {
        var first = await DecideAsync("reject");
        await AwaitCandidateAsync(first);
        await moment();
        await DecideAsync("approve", first);
    }

    private async Task CancelAsync()
    {
        await ConfirmAsync(new { verb = "cancel", note = "enough" });
        var run = await AwaitStateAsync("cancelled");
        Assert.Equal("proven", run.GetProperty("quiescent").GetString());
    }

    private async Task ContradictAsync()
    {
        var answers = await Task.WhenAll(new[] { "pause", "resume", "pause", "resume" }.Select(verb => AskAsync(new { verb }, NextKey())));
        Assert.All(answers, static answer => Assert.True(
            answer is { Status: HttpStatusCode.Accepted } or { Status: HttpStatusCode.Conflict, Code: "already_requested" or "already_paused" or "not_paused" }, answer.Text));
        await moment();
        await client.AwaitAsync($"/api/runs/{RunId}", static run => run.GetProperty("openIntents").GetArrayLength() == 0);
        while (IsAllowed((await client.GetAsync($"/api/runs/{RunId}")).Json, "resume"))
        {
            await AskAsync(new { verb = "resume" }, NextKey());
            await client.AwaitAsync($"/api/runs/{RunId}", static run => run.GetProperty("openIntents").GetArrayLength() == 0);
        }

        await adapter.FinishAsync(Loop);
        var candidate = await AwaitCandidateAsync(null);
        await moment();
        var decisions = await Task.WhenAll(new[] { "approve", "reject" }.Select(verb => AskAsync(new { verb, candidate }, NextKey())));
        var taken = Assert.Single(decisions, static answer => answer.Status == HttpStatusCode.Accepted);
        var refused = Assert.Single(decisions, static answer => answer.Status == HttpStatusCode.Conflict);
        Assert.True(refused.Code is "decision_in_progress" or "no_candidate" or "candidate_mismatch" or "run_ended", refused.Text);
        if (taken.Json.GetProperty("verb").GetString() == "reject")
        {
            await AwaitCandidateAsync(candidate.GetProperty("runtimeRunId").GetString());
            await DecideAsync("approve", candidate.GetProperty("runtimeRunId").GetString());
        }
    }

    private static bool IsAllowed(JsonElement run, string verb) =>
        run.GetProperty("allowedActions").EnumerateArray().Single(action => action.GetProperty("action").GetString() == verb).GetProperty("allowed").GetBoolean();

    /// <summary>Decides on the candidate that waits, and returns its runtime run id.</summary>
    private async Task<string> DecideAsync(string verb, string? after = null)
    {
        await adapter.FinishAsync(Loop);
        var candidate = await AwaitCandidateAsync(after);
        await moment();
        await ConfirmAsync(new { verb, note = $"{verb} it", candidate });
        return candidate.GetProperty("runtimeRunId").GetString()!;
    }

    /// <summary>Asks twice at once with one key, which is one intent; another body with that key is refused. Follows it to its confirmation.</summary>
    private async Task ConfirmAsync(object body)
    {
        var key = NextKey();
        var answers = await Task.WhenAll(AskAsync(body, key), AskAsync(body, key));
        Assert.All(answers, static answer => Assert.True(answer.Status == HttpStatusCode.Accepted, answer.Text));
        var id = Assert.Single(answers.Select(static answer => answer.Json.GetProperty("id").GetString()!).Distinct());
        var other = await AskAsync(new { verb = "cancel", note = "another body" }, key);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency_key_reused"), (other.Status, other.Code));
        _accepted[id] = "confirmed";
        await client.AwaitAsync($"/api/runs/{RunId}/intents/{id}", static intent => intent.GetProperty("final").GetBoolean());
    }

    private async Task<ApiAnswer> AskAsync(object body, string key)
    {
        var answer = await client.PostAsync($"/api/runs/{RunId}/intents", body, key);
        if (answer.Status == HttpStatusCode.Accepted)
        {
            _accepted.TryAdd(answer.Json.GetProperty("id").GetString()!, null);
        }

        return answer;
    }

    private Task<JsonElement> AwaitStateAsync(string state) => client.AwaitAsync($"/api/runs/{RunId}", run => run.GetProperty("state").GetString() == state);

    private async Task<JsonElement> AwaitCandidateAsync(string? after)
    {
        var run = await client.AwaitAsync(
            $"/api/runs/{RunId}",
            run => run.TryGetProperty("candidate", out var candidate)
                && candidate.ValueKind == JsonValueKind.Object
                && candidate.GetProperty("runtimeRunId").GetString() != after
                && run.GetProperty("state").GetString() == "awaiting_approval");
        return run.GetProperty("candidate");
    }

    private string NextKey() => $"{Loop}-{Interlocked.Increment(ref _asked)}";
}
