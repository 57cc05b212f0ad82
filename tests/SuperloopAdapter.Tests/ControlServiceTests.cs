using System.Net;
using System.Text;
using System.Text.Json;
using OpsManager.Contract.Diagnostics;
using OpsManager.Testing.Corpus;
using SuperloopAdapter.Diagnostics;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Tests;

/// <summary>Control and diagnostics over HTTP and on the command line.</summary>
public sealed class ControlServiceTests
{
    [Fact]
    public async Task A_cancel_of_what_does_not_run_has_the_recorded_shape_and_is_replayed()
    {
        using var repository = TempRepository.Of("clean-completion/03-iter2-implementer");

        // Its process ids are of another machine.
        File.Delete(repository.File("active-run.json"));
        await using var host = await AdapterHost.StartAsync(repository.Path, new ProcfsTable());
        var (status, body) = await PostAsync(host, """{"loopId":"demo-loop","intent":"cancel","by":"alice","note":"stop it","idempotencyKey":"k-cancel","traceId":"trace-http-2"}""");
        Assert.Equal(HttpStatusCode.OK, status);
        var recorded = CorpusLibrary.Recording("33").Only.Response.Json!.Value;
        foreach (var member in recorded.EnumerateObject())
        {
            Assert.Equal(member.Value.ValueKind, body.GetProperty(member.Name).ValueKind);
        }

        foreach (var member in recorded.GetProperty("result").EnumerateObject())
        {
            Assert.Equal(member.Value.ValueKind, body.GetProperty("result").GetProperty(member.Name).ValueKind);
        }

        foreach (var member in recorded.GetProperty("result").GetProperty("confirm").EnumerateObject())
        {
            Assert.True(body.GetProperty("result").GetProperty("confirm").TryGetProperty(member.Name, out _), member.Name);
        }

        Assert.Equal("confirmed", body.GetProperty("result").GetProperty("status").GetString());
        Assert.Equal("inactive_not_running", body.GetProperty("result").GetProperty("confirm").GetProperty("reason").GetString());
        Assert.Equal("trace-http-2", body.GetProperty("traceId").GetString());
        var (again, replay) = await PostAsync(host, """{"loopId":"demo-loop","intent":"cancel","idempotencyKey":"k-cancel"}""");
        Assert.Equal((HttpStatusCode.OK, true), (again, replay.GetProperty("replayed").GetBoolean()));
    }

    [Theory]
    [InlineData("""{"loopId":"demo-loop","intent":"approve","by":"alice","idempotencyKey":"k"}""", 409, "nothing_pending")]
    [InlineData("""{"loopId":"demo-loop","intent":"pause"}""", 409, "no_process")]
    [InlineData("""{"loopId":"demo-loop","intent":"rm -rf /"}""", 400, "invalid_request")]
    [InlineData("""{"loopId":"demo-loop","intent":"start"}""", 400, "invalid_request")]
    [InlineData("""{"loopId":"../x","intent":"cancel"}""", 400, "invalid_request")]
    [InlineData("""{"loopId":"ghost","intent":"cancel"}""", 404, "unknown_loop")]
    [InlineData("""{"loopId":"demo-loop","intent":"cancel","runId":"r"}""", 400, "invalid_request")]
    [InlineData("""{"loopId":"demo-loop","intent":"cancel","runId":"../r","generation":1,"order":1}""", 400, "invalid_request")]
    [InlineData("""{"loopId":"demo-loop","intent":"cancel","by":"a\nb"}""", 400, "invalid_request")]
    [InlineData("""{"loopId":"demo-loop","intent":"cancel","order":"x"}""", 400, "invalid_request")]
    public async Task What_cannot_be_done_is_refused_by_code_and_never_stored(string request, int status, string code)
    {
        using var repository = TempRepository.Of("clean-completion/03-iter2-implementer");
        await using var host = await AdapterHost.StartAsync(repository.Path, new ProcfsTable());
        for (var i = 0; i < 2; i++)
        {
            var (answered, body) = await PostAsync(host, request);
            Assert.Equal(status, (int)answered);
            Assert.Equal(code, body.GetProperty("error").GetProperty("code").GetString());
            Assert.False(body.TryGetProperty("replayed", out var replayed) && replayed.GetBoolean());
            Assert.DoesNotContain(repository.Path, body.GetRawText(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_note_has_a_bound()
    {
        using var repository = TempRepository.Of("clean-completion/03-iter2-implementer");
        await using var host = await AdapterHost.StartAsync(repository.Path, new ProcfsTable());
        var (status, _) = await PostAsync(host, $$"""{"loopId":"demo-loop","intent":"approve","note":"{{new string('x', 4097)}}"}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task The_command_line_answers_with_documented_exit_codes()
    {
        using var repository = TempRepository.Of("approval-approve/02-awaiting-approval");
        using var mismatch = RealProcess.Adapter(null, "control", "approve", "--repo", repository.Path, "--loop", "demo-loop", "--candidate-run-id", "x", "--candidate-iteration", "1");
        Assert.Contains("candidate_mismatch", await mismatch.Process.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
        await mismatch.Process.WaitForExitAsync();
        Assert.Equal(8, mismatch.Process.ExitCode);
        using var reject = RealProcess.Adapter(null, "control", "reject", "--repo", repository.Path, "--loop", "demo-loop", "--by", "alice", "--note", "$(touch x); `y`");
        using var answer = JsonDocument.Parse(await reject.Process.StandardOutput.ReadToEndAsync());
        await reject.Process.WaitForExitAsync();
        Assert.Equal(0, reject.Process.ExitCode);
        Assert.Equal("$(touch x); `y`", answer.RootElement.GetProperty("result").GetProperty("decision").GetProperty("note").GetString());
        using var status = RealProcess.Adapter(null, "status", "--repo", repository.Path, "--loop", "demo-loop");
        using var told = JsonDocument.Parse(await status.Process.StandardOutput.ReadToEndAsync());
        await status.Process.WaitForExitAsync();
        Assert.Equal("rejected", told.RootElement.GetProperty("ext").GetProperty("control").GetProperty("decision").GetProperty("status").GetString());
    }

    [ScenarioFact]
    public async Task Diagnostics_show_output_role_log_processes_and_artifacts_within_the_bound()
    {
        using var runs = await SimulatedRuns.PrepareAsync(
            """[{"id":"demo-loop","maxIterations":9,"promiseAt":[9],"roleMs":60000,"tickMs":100}]""");
        await runs.StartAsync("run-1");
        await runs.UntilEventAsync("role_start");
        await runs.UntilAsync(static s => s.Ext!.Process!.LiveChildren > 0);
        var log = runs.Repository.File("loops/demo-loop/logs/iter-1/implementer.log");

        // With something in it: a file that is just created is cut to nothing once more.
        await runs.UntilAsync(() => Task.FromResult(new FileInfo(log) is { Exists: true, Length: > 0 }));
        await File.AppendAllTextAsync(log, string.Concat(Enumerable.Repeat("\"quoted\" \\ password=hunter2hunter2\n", 4000)));
        var bytes = await runs.Adapter.DiagnosticsAsync("demo-loop", default);
        Assert.True(bytes.Length <= DiagnosticsReader.MaxBytes, $"{bytes.Length}");
        Assert.DoesNotContain("hunter2", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(bytes);
        Assert.True(json.RootElement.GetProperty("roleLog").GetProperty("truncated").GetBoolean());
        Assert.Contains("Validating config", json.RootElement.GetProperty("output").GetProperty("tail").GetString(), StringComparison.Ordinal);
        Assert.True(json.RootElement.GetProperty("processes").GetArrayLength() >= 2);
        Assert.True(json.RootElement.GetProperty("artifacts").GetProperty("state").GetProperty("exists").GetBoolean());
        Assert.Equal("run-1", json.RootElement.GetProperty("launch").GetProperty("runId").GetString());
    }

    [Theory]
    [InlineData("Authorization: Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpw")]
    [InlineData("{\"apiKey\":\"abcdef123456\"}", "abcdef123456")]
    [InlineData("export AWS_SECRET_ACCESS_KEY=abc/def+ghi", "abc/def")]
    [InlineData("git clone https://user:pa55word@example.org/x.git", "pa55word")]
    [InlineData("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "eyJzdWIi")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----", "MIIabc")]
    [InlineData("cli --token abcdef123456 go", "abcdef123456")]
    [InlineData("ghs_abcdefgh12345678", "abcdefgh1234")]
    [InlineData("printed plainly: my-own-value", "my-own-value")]
    public void Secrets_are_taken_out(string text, string secret)
    {
        var own = Redaction.OwnSecrets([KeyValuePair.Create("SOME_TOKEN", "my-own-value"), KeyValuePair.Create("HOME", "printed plainly")], []);
        var clean = Redaction.Clean(text, own);
        Assert.DoesNotContain(secret, clean, StringComparison.Ordinal);
        Assert.Contains("[redacted]", clean, StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(AdapterHost host, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ops/control") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Ops-Token", AdapterHost.Token);
        using var response = await host.Client.SendAsync(request);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement);
    }
}
