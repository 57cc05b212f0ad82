using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OpsManager.Contract;
using OpsManager.Testing;
using OpsManager.Testing.Corpus;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Tests;

/// <summary>The recorded exchanges from 28 on, each answered as recorded or otherwise for the reason given.</summary>
public sealed class RecordedControlTests
{
    private const string Running = "clean-completion/03-iter2-implementer";
    private const string Awaiting = "approval-approve/02-awaiting-approval";

    /// <summary>
    /// What a client of the recorded service reads of an answer to control. The rest is of the moment, or of how it is done: its times, its
    /// command line, the words of its script.
    /// </summary>
    private static readonly string[] Read =
    [
        "ok", "exitCode", "replayed", "result.loopId", "result.intent", "result.note", "result.transport", "result.status", "result.exitCode", "result.confirmExitCode",
        "result.confirmed", "result.confirm.intent", "result.confirm.confirmed", "result.confirm.reason", "result.confirm.observedApprovalStatus", "result.confirm.observedActive",
    ];

    [Fact]
    public async Task Control_of_a_run_whose_process_is_gone()
    {
        using var repository = TempRepository.Of(Running);
        await using var host = await AdapterHost.StartAsync(repository.Path, RecordedProcesses.None);

        // Corrected: a pause is an intent here; there is nothing to pause.
        await RefusedAsync(host, "28", 409, "no_process");

        // Corrected: that nothing is pending is a refusal and no failure, and as such is never stored; so it is no replay the second time.
        for (var i = 0; i < 2; i++)
        {
            var answer = await RefusedAsync(host, i == 0 ? "30" : "31", 409, "nothing_pending");
            Assert.Equal((1, "failed_command"), (answer.GetProperty("exitCode").GetInt32(), answer.GetProperty("result").GetProperty("status").GetString()));
            Assert.False(answer.GetProperty("replayed").GetBoolean());
        }

        // Corrected: a key is bound to its intent, so that the cancel is not answered with the result of an approve. It is carried out.
        var cancelled = await AnswerAsync(host, "32", 200);
        Assert.Equal(("cancel", "confirmed"), (cancelled.GetProperty("result").GetProperty("intent").GetString(), cancelled.GetProperty("result").GetProperty("status").GetString()));
        Assert.False(File.Exists(repository.File("state.json")));
        Assert.False(File.Exists(repository.File("active-run.json")));

        // Kept: a cancel is confirmed and repeated under its key, in the header too, also when there is nothing left to cancel.
        await KeptAsync(host, "33");
        await KeptAsync(host, "34");
        await KeptAsync(host, "35");

        // Corrected: nothing is cancelled for a loop that there is not, and nobody waits 30 s to hear so.
        await RefusedAsync(host, "36", 404, "unknown_loop");

        // Kept: no file says any more what became of the run.
        var recorded = CorpusLibrary.Recording("37").Only;
        using var response = await host.SendAsync(recorded.Request);
        using var snapshot = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("unknown", snapshot.RootElement.GetProperty("run").GetProperty("status").GetString());
        foreach (var member in new[] { "runtime", "cursor", "sequence", "health" })
        {
            Assert.Empty(JsonDifferences.Between(snapshot.RootElement.GetProperty(member), recorded.Response.Json!.Value.GetProperty(member)).Keys);
        }
    }

    [Fact]
    public async Task The_key_in_the_header_is_a_key()
    {
        using var repository = TempRepository.Of(Running);
        await using var host = await AdapterHost.StartAsync(repository.Path, RecordedProcesses.None);
        var first = await AnswerAsync(host, "35", 200);
        Assert.Equal("k-hdr", first.GetProperty("result").GetProperty("idempotencyKey").GetString());
        var second = await AnswerAsync(host, "35", 200);
        Assert.True(second.GetProperty("replayed").GetBoolean());
        Assert.Equal(["replayed"], JsonDifferences.Between(first, second).Keys);

        // The one in the body goes before it, as with the recorded service.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ops/control")
        {
            Content = new StringContent("""{"loopId":"demo-loop","intent":"cancel","idempotencyKey":"k-body"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Ops-Token", AdapterHost.Token);
        request.Headers.Add("X-Idempotency-Key", "k-hdr");
        using var response = await host.Client.SendAsync(request);
        using var third = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        Assert.False(third.RootElement.GetProperty("replayed").GetBoolean());
        Assert.Equal("k-body", third.RootElement.GetProperty("result").GetProperty("idempotencyKey").GetString());
    }

    [Fact]
    public async Task A_decision_that_is_not_confirmed_and_one_that_comes_too_late()
    {
        using var repository = TempRepository.Of(Awaiting);
        await using var host = await AdapterHost.StartAsync(repository.Path, RecordedProcesses.None);
        await KeptAsync(host, "38");

        // Corrected: a decision that stands is a refusal and no failure, and says whose it is.
        var second = await RefusedAsync(host, "39", 409, "already_decided");
        Assert.Equal("alice", second.GetProperty("result").GetProperty("decision").GetProperty("by").GetString());
    }

    [Fact]
    public async Task An_approval_is_confirmed_by_its_record()
    {
        using var repository = TempRepository.Of(Awaiting);
        await using var host = await AdapterHost.StartAsync(repository.Path, RecordedProcesses.None);

        // Corrected: the recorded service waits for a completion that only the next run brings, and calls the approval ambiguous.
        var first = await AnswerAsync(host, "40", 200);
        Assert.Equal(("confirmed", "approved"), (first.GetProperty("result").GetProperty("status").GetString(), first.GetProperty("result").GetProperty("confirm").GetProperty("observedApprovalStatus").GetString()));

        // Corrected with it: what is repeated is the success.
        var again = await AnswerAsync(host, "41", 200);
        Assert.Equal((true, true), (again.GetProperty("ok").GetBoolean(), again.GetProperty("replayed").GetBoolean()));
        Assert.Single(repository.Lines("loops/demo-loop/decisions.jsonl"));
    }

    [Fact]
    public async Task A_rejection_is_confirmed_at_once()
    {
        using var repository = TempRepository.Of(Awaiting);
        await using var host = await AdapterHost.StartAsync(repository.Path, RecordedProcesses.None);
        await KeptAsync(host, "42");
    }

    [Fact]
    public async Task Two_calls_at_once_with_one_key_have_one_effect()
    {
        using var repository = TempRepository.Of(Awaiting);
        await using var host = await AdapterHost.StartAsync(repository.Path, RecordedProcesses.None);

        // Corrected: the recorded service carries out both, and one fails over the other's temporary file. Which comes first is open.
        var responses = await Task.WhenAll(CorpusLibrary.Recording("43").Exchanges.Select(e => host.SendAsync(e.Request)));
        List<bool> replayed = [];
        foreach (var response in responses)
        {
            using var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
            Assert.Equal((200, "executed_unconfirmed"), ((int)response.StatusCode, body.RootElement.GetProperty("result").GetProperty("status").GetString()));
            replayed.Add(body.RootElement.GetProperty("replayed").GetBoolean());
            response.Dispose();
        }

        Assert.Equal([false, true], replayed.Order());
        Assert.Single(repository.Lines("loops/demo-loop/decisions.jsonl"));
    }

    /// <summary>
    /// What is recorded of torn files is an error for each of these, the loss of what follows, or an event that is counted twice. Corrected: the
    /// snapshot is answered and names what is unreadable, complete lines are events, and the next poll goes on from the page's cursor.
    /// </summary>
    [Theory]
    [InlineData("44", "synthetic-torn/01-empty-state", 9, 9, "state")]
    [InlineData("45", "synthetic-torn/02-partial-last-event", 8, 8, null)]
    [InlineData("46", "synthetic-torn/01-empty-state", 8, 8, "state")]
    [InlineData("47", "synthetic-torn/04-garbage-middle-line", 9, 9, null)]
    public async Task Torn_files_are_no_errors(string recording, string stepId, int events, long cursor, string? unreadable)
    {
        using var repository = TempRepository.Of(stepId);
        if (recording == "46")
        {
            // Its last line is whole but for its line feed.
            await File.WriteAllTextAsync(repository.LogPath, (await File.ReadAllTextAsync(repository.LogPath)).TrimEnd('\n'));
        }

        var step = CorpusLibrary.Step(stepId);
        await using var host = await AdapterHost.StartAsync(repository.Path, RecordedProcesses.Of(step, repository.Path), new InstantTimeProvider(step.Meta.CapturedAt));
        var requests = CorpusLibrary.Recording(recording).Exchanges.Select(static e => e.Request).ToList();
        using (var snapshot = JsonDocument.Parse(await BodyAsync(host, requests[0], 200)))
        {
            Assert.Equal(cursor, snapshot.RootElement.GetProperty("cursor").GetProperty("eventLineCount").GetInt64());
            Assert.Equal(unreadable is not null, snapshot.RootElement.GetProperty("ext").TryGetProperty("unreadable", out var named));
            Assert.True(unreadable is null || named.GetProperty(unreadable).GetString() == "torn");
        }

        using var page = JsonDocument.Parse(await BodyAsync(host, requests[1], 200));
        Assert.Equal(events, page.RootElement.GetProperty("events").GetArrayLength());
        Assert.Equal(cursor, page.RootElement.GetProperty("cursor").GetProperty("eventLineOffset").GetInt64());
        using var next = JsonDocument.Parse(await BodyAsync(host, requests[1] with { Path = $"/ops/events?loopId=demo-loop&cursor={cursor}" }, 200));
        Assert.Equal(0, next.RootElement.GetProperty("events").GetArrayLength());
    }

    [Fact]
    public async Task A_length_that_is_no_number_is_refused_and_not_dropped()
    {
        using var repository = TempRepository.Of(Running);
        await using var host = await AdapterHost.StartAsync(repository.Path, RecordedProcesses.None);
        var recorded = CorpusLibrary.Recording("29").Only;
        Assert.Null(recorded.Response.Status);
        using var client = new TcpClient();
        await client.ConnectAsync(host.Client.BaseAddress!.Host, host.Client.BaseAddress.Port);
        var headers = string.Concat(recorded.Request.Headers.Select(static h => $"{h.Key}: {h.Value}\r\n"));
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{recorded.Request.Method} {recorded.Request.Path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n{recorded.Request.RawBody}"));
        using var reader = new StreamReader(client.GetStream());

        // Corrected: a client that is told goes on to the next; one whose connection is dropped asks again.
        Assert.Contains("400", await reader.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_is_open_only_when_somebody_said_so()
    {
        using var repository = TempRepository.Of(Running);
        await using (var host = await AdapterHost.StartAsync(repository.Path, RecordedProcesses.None, token: null))
        {
            // Kept for one that was opened explicitly.
            Assert.IsType<ValidEnvelope<LoopRunSnapshot>>(EnvelopeValidator.ReadSnapshot(await BodyAsync(host, CorpusLibrary.Recording("48").Only.Request, 200), "demo-loop"));
        }

        // Corrected: the recorded service is open to everybody when its token was forgotten.
        using var forgotten = RealProcess.Adapter(new Dictionary<string, string> { ["SUPERLOOP_OPS_TOKEN"] = string.Empty }, "serve", "--repo", repository.Path, "--listen", "127.0.0.1:0");
        Assert.Contains("no token", await forgotten.Process.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        await forgotten.Process.WaitForExitAsync();
        Assert.NotEqual(0, forgotten.Process.ExitCode);
    }

    [Fact]
    public void Every_recording_is_held_against_this_adapter()
    {
        string[] here = ["28", "29", "30", "31", "32", "33", "34", "35", "36", "37", "38", "39", "40", "41", "42", "43", "44", "45", "46", "47", "48"];
        Assert.Equal(CorpusLibrary.Recordings.Select(static r => r.FileName[..2]), ServiceTests.Recordings.Concat(here).Order(StringComparer.Ordinal));
    }

    private static async Task<byte[]> BodyAsync(AdapterHost host, RecordedRequest request, int status)
    {
        using var response = await host.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.True(status == (int)response.StatusCode, Encoding.UTF8.GetString(body));
        return body;
    }

    private static async Task<JsonElement> AnswerAsync(AdapterHost host, string recording, int status)
    {
        using var body = JsonDocument.Parse(await BodyAsync(host, CorpusLibrary.Recording(recording).Only.Request, status));
        return body.RootElement.Clone();
    }

    private static async Task<JsonElement> RefusedAsync(AdapterHost host, string recording, int status, string code)
    {
        var answer = await AnswerAsync(host, recording, status);
        Assert.Equal((false, code), (answer.GetProperty("ok").GetBoolean(), answer.GetProperty("error").GetProperty("code").GetString()));
        return answer;
    }

    private static async Task KeptAsync(AdapterHost host, string recording)
    {
        var recorded = CorpusLibrary.Recording(recording).Only.Response;
        var different = JsonDifferences.Between(await AnswerAsync(host, recording, recorded.Status!.Value), recorded.Json!.Value).Keys;
        Assert.Equal([], different.Intersect([.. Read, "result", "result.confirm"], StringComparer.Ordinal));
    }
}
