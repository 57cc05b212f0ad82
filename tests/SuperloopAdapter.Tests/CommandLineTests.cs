using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SuperloopAdapter.Cli;

namespace SuperloopAdapter.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Snapshot_is_one_document_on_stdout()
    {
        using var repository = TempRepository.Of("clean-completion/04-complete");
        var (code, output, errors) = await RunAsync("snapshot", "--repo", repository.Path, "--loop", "demo-loop", "--trace-id", "t1");
        Assert.Equal(0, code);
        Assert.Empty(errors);
        Assert.EndsWith("\n", output, StringComparison.Ordinal);
        using var snapshot = JsonDocument.Parse(output);
        Assert.Equal("complete", snapshot.RootElement.GetProperty("run").GetProperty("status").GetString());
        Assert.Equal("t1", snapshot.RootElement.GetProperty("traceId").GetString());
    }

    [Fact]
    public async Task Events_are_one_envelope_a_line()
    {
        using var repository = TempRepository.Of("clean-completion/04-complete");
        var (code, output, _) = await RunAsync("events", "--repo", repository.Path, "--loop", "demo-loop", "--cursor", "40", "--max", "5");
        Assert.Equal(0, code);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([41L, 42, 43, 44, 45], lines.Select(static l => JsonDocument.Parse(l).RootElement.GetProperty("sequence").GetProperty("value").GetInt64()));
    }

    [Theory]
    [InlineData(3, "unknown_loop", "snapshot", "--loop", "nope")]
    [InlineData(3, "unknown_loop", "events", "--loop", "nope")]
    [InlineData(4, "cursor_ahead", "events", "--loop", "demo-loop", "--cursor", "51")]
    [InlineData(2, "invalid_request", "snapshot", "--loop", "../x")]
    public async Task Refusals_are_a_document_on_stderr_and_an_exit_code(int code, string error, params string[] arguments)
    {
        using var repository = TempRepository.Of("clean-completion/04-complete");
        var (actual, output, errors) = await RunAsync([.. arguments, "--repo", repository.Path]);
        Assert.Equal(code, actual);
        Assert.Empty(output);
        using var document = JsonDocument.Parse(errors);
        Assert.Equal(error, document.RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain(repository.Path, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("snapshot", "--loop", "demo-loop")]
    [InlineData("events", "--repo", "/tmp", "--loop", "demo-loop", "--cursor", "-1")]
    [InlineData("events", "--repo", "/tmp", "--loop", "demo-loop", "--max", "x")]
    [InlineData("explode")]
    public async Task Wrong_arguments_exit_with_2(params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(arguments);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.NotEmpty(errors);
    }

    [Theory]
    [InlineData("snapshot", "--trace-id", "t1")]
    [InlineData("events", "--cursor", "40", "--max", "5", "--trace-id", "t1")]
    [InlineData("events", "--cursor", "0", "--max-bytes", "3000")]
    [InlineData("status", "--max-bytes", "9000")]
    public async Task The_plain_form_and_the_form_with_equals_signs_answer_the_same(string command, params string[] options)
    {
        using var repository = TempRepository.Of("clean-completion/04-complete");
        string[] plain = [command, "--repo", repository.Path, "--loop", "demo-loop", .. options];
        string[] joined = [command, .. plain.Skip(1).Chunk(2).Select(static p => $"{p[0]}={p[1]}")];
        Assert.NotNull(ReadingArguments.TryParse(plain));
        Assert.Null(ReadingArguments.TryParse(joined));
        Assert.Equal(WithoutTime(await RunAsync(plain)), WithoutTime(await RunAsync(joined)));
    }

    [Theory]
    [InlineData("snapshot", "--repo", "r", "--loop", "l", "--cursor", "1")]
    [InlineData("events", "--repo", "r", "--loop", "l", "--superloop", "s")]
    [InlineData("events", "--repo", "r", "--loop", "l", "--cursor", "1", "--cursor", "2")]
    [InlineData("events", "--repo", "r", "--loop", "l", "--cursor", "99999999999999999999")]
    [InlineData("snapshot", "--repo", "--loop", "l")]
    [InlineData("snapshot", "--repo", "r")]
    [InlineData("snapshot", "--help")]
    [InlineData("serve", "--repo", "r", "--loop", "l")]
    [InlineData]
    public void What_is_not_the_plain_form_of_a_reading_command_is_left_to_the_full_parser(params string[] arguments) =>
        Assert.Null(ReadingArguments.TryParse(arguments));

    [Fact]
    public async Task One_answer_of_events_is_48_KiB_at_most_and_the_next_goes_on()
    {
        using var repository = TempRepository.Of("long-run/03-complete");
        List<long> numbers = [];
        while (true)
        {
            var (code, output, _) = await RunAsync("events", "--repo", repository.Path, "--loop", "demo-loop", "--cursor", $"{numbers.LastOrDefault()}");
            Assert.Equal(0, code);
            Assert.InRange(Encoding.UTF8.GetByteCount(output), 0, 48 * 1024);
            if (output.Length == 0)
            {
                break;
            }

            numbers.AddRange(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => JsonDocument.Parse(l).RootElement.GetProperty("sequence").GetProperty("value").GetInt64()));
        }

        Assert.Equal(Enumerable.Range(1, repository.Lines("loops/demo-loop/events.jsonl").Length).Select(static n => (long)n), numbers);
        var (_, all, _) = await RunAsync("events", "--repo", repository.Path, "--loop", "demo-loop", "--max-bytes", "1000000");
        Assert.True(Encoding.UTF8.GetByteCount(all) > 48 * 1024);
    }

    [Fact]
    public async Task An_event_larger_than_the_answer_may_be_is_refused_and_comes_when_more_is_asked_for()
    {
        using var repository = new TempRepository();
        repository.AppendLog($"{{\"timestamp\":\"t\",\"event\":\"e\",\"data\":{{\"pad\":\"{new string('x', 60_000)}\"}}}}\n");
        var (code, output, errors) = await RunAsync("events", "--repo", repository.Path, "--loop", "demo-loop");
        Assert.Equal((11, string.Empty), (code, output));
        Assert.Contains("event_too_large", errors, StringComparison.Ordinal);
        (code, output, _) = await RunAsync("events", "--repo", repository.Path, "--loop", "demo-loop", "--max-bytes", "200000");
        Assert.Equal(0, code);
        Assert.True(output.Length > 60_000);
    }

    [Theory]
    [InlineData("snapshot")]
    [InlineData("status")]
    public async Task A_snapshot_is_48_KiB_at_most_and_names_what_was_left_out(string command)
    {
        using var repository = TempRepository.Of("approval-approve/02-awaiting-approval");
        var pad = new string('x', 40_000);
        repository.Write("state.json", $"{{\"active\":false,\"pad\":\"{pad}\"}}");
        repository.Write("loops/demo-loop/approval.json", repository.Read("loops/demo-loop/approval.json").TrimEnd().TrimEnd('}') + $",\"pad\":\"{pad}\"}}");
        var (code, output, _) = await RunAsync(command, "--repo", repository.Path, "--loop", "demo-loop");
        Assert.Equal(0, code);
        Assert.InRange(Encoding.UTF8.GetByteCount(output), 1, 48 * 1024);
        using var document = JsonDocument.Parse(output);
        Assert.Equal("awaiting_approval", document.RootElement.GetProperty("run").GetProperty("status").GetString());
        Assert.Equal("too_large", document.RootElement.GetProperty("ext").GetProperty("unreadable").GetProperty("approval").GetString());
        (_, output, _) = await RunAsync("snapshot", "--repo", repository.Path, "--loop", "demo-loop", "--max-bytes", "200000");
        Assert.True(output.Length > 80_000);
    }

    [Theory]
    [InlineData("snapshot")]
    [InlineData("status")]
    public async Task Texts_of_any_size_that_wait_for_somebody_leave_a_snapshot_its_room(string command)
    {
        var pad = new string('x', 60_000);
        using var escalated = TempRepository.Of("clean-completion/03-iter2-implementer");
        escalated.Write(
            "loops/demo-loop/escalation.json",
            $$$"""{"timestamp":"2999-01-01T00:00:00Z","status":"pending","iteration":2,"reason":"{{{pad}}}","recovery_proposal":{"command":"npm ci {{{pad}}}","category":"{{{pad}}}"}}""");
        escalated.Write("loops/demo-loop/test-status.json", """{"ok":false}""");
        escalated.Write("loops/demo-loop/stuck.json", $$"""{"test_signature":"{{pad}}"}""");
        using var recovery = await ExtOfAsync(command, escalated);
        Assert.StartsWith("npm ci xxx", recovery.RootElement.GetProperty("ext").GetProperty("pendingRecovery").GetProperty("command").GetString(), StringComparison.Ordinal);

        using var decided = TempRepository.Of("approval-approve/04-approved-not-consumed");
        var approval = JsonNode.Parse(decided.Read("loops/demo-loop/approval.json"))!;
        approval["decision"]!["note"] = "i-1: " + pad;
        approval["decision"]!["by"] = "alice " + pad;
        decided.Write("loops/demo-loop/approval.json", approval.ToJsonString());
        using var decision = await ExtOfAsync(command, decided);
        Assert.StartsWith("i-1: xxx", decision.RootElement.GetProperty("ext").GetProperty("pendingDecision").GetProperty("note").GetString(), StringComparison.Ordinal);

        static async Task<JsonDocument> ExtOfAsync(string command, TempRepository repository)
        {
            var (code, output, errors) = await RunAsync(command, "--repo", repository.Path, "--loop", "demo-loop");
            Assert.Equal((0, string.Empty), (code, errors));
            Assert.InRange(Encoding.UTF8.GetByteCount(output), 1, 48 * 1024);
            return JsonDocument.Parse(output);
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("5000000")]
    public async Task A_bound_that_is_none_is_refused(string bytes)
    {
        using var repository = TempRepository.Of("clean-completion/04-complete");
        var (code, _, errors) = await RunAsync("snapshot", "--repo", repository.Path, "--loop", "demo-loop", "--max-bytes", bytes);
        Assert.Equal(2, code);
        Assert.Contains("--max-bytes", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_repository_exits_with_6()
    {
        var (code, _, errors) = await RunAsync("snapshot", "--repo", "/nowhere/at/all", "--loop", "demo-loop");
        Assert.Equal(6, code);
        Assert.DoesNotContain("/nowhere", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--token-env", "SURELY_NOT_SET_ANYWHERE")]
    [InlineData("--token-env", "SURELY_NOT_SET_ANYWHERE", "--listen", "0.0.0.0:0", "--insecure-no-token")]
    [InlineData("--token-env", "SURELY_NOT_SET_ANYWHERE", "--listen", "nonsense", "--insecure-no-token")]
    public async Task Serve_refuses_to_be_open(params string[] arguments)
    {
        using var repository = new TempRepository();
        var (code, _, errors) = await RunAsync(["serve", "--repo", repository.Path, .. arguments]);
        Assert.Equal(2, code);
        Assert.Contains("invalid_request", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runtime_of_another_name_is_refused_and_a_link_to_one_of_the_right_name_is_followed()
    {
        using var repository = TempRepository.Of("clean-completion/04-complete");
        var script = Path.Combine(repository.Path, "superloop.sh");
        var (link, other, named) = (Path.Combine(repository.Path, "superloop"), Path.Combine(repository.Path, "runtime"), Path.Combine(repository.Path, "bin", "superloop.sh"));
        Directory.CreateDirectory(Path.GetDirectoryName(named)!);
        await File.WriteAllTextAsync(script, "exit 1\n");
        await File.WriteAllTextAsync(other, "exit 1\n");
        File.CreateSymbolicLink(link, script);
        File.CreateSymbolicLink(named, other);
        foreach (var path in new[] { script, link, named })
        {
            var (code, output, _) = await RunAsync("status", "--repo", repository.Path, "--loop", "demo-loop", "--superloop", path);
            Assert.Equal(0, code);
            Assert.Contains("\"start\"", output, StringComparison.Ordinal);
        }

        var (refused, _, errors) = await RunAsync("start", "--repo", repository.Path, "--loop", "demo-loop", "--run-id", "r", "--superloop", other);
        Assert.Equal(2, refused);
        Assert.Contains("superloop.sh", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_goes_wrong_is_one_document_and_exit_code_1()
    {
        await using var errors = new StringWriter();
        var code = await CommandParts.GuardAsync(static () => throw new UnauthorizedAccessException("Access to the path '/secret' is denied."), errors, TimeProvider.System);
        Assert.Equal(1, code);
        using var document = JsonDocument.Parse(errors.ToString());
        Assert.Equal("internal_error", document.RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain("/secret", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_note_that_begins_with_an_at_sign_is_a_note_and_names_no_file()
    {
        using var repository = TempRepository.Of("approval-approve/02-awaiting-approval");
        var (code, output, errors) = await RunAsync("control", "approve", "--repo", repository.Path, "--loop", "demo-loop", "--by", "alice", "--note", "@anna ok");
        Assert.Equal((0, string.Empty), (code, errors));
        using var answer = JsonDocument.Parse(output);
        Assert.Equal("@anna ok", answer.RootElement.GetProperty("result").GetProperty("decision").GetProperty("note").GetString());
    }

    [Fact]
    public async Task Help_names_the_exit_codes()
    {
        var (code, output, _) = await RunAsync("--help");
        Assert.Equal(0, code);
        Assert.Contains("Exit codes", output, StringComparison.Ordinal);
    }

    private static string WithoutTime((int Code, string Output, string Errors) answer) =>
        $"{answer.Code} {Regex.Replace(answer.Output, "\"emittedAt\":\"[^\"]*\"", string.Empty, RegexOptions.None, TimeSpan.FromSeconds(5))} {answer.Errors}";

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var output = new MemoryStream();
        await using var errors = new StringWriter();
        var code = await new AdapterCommands(TimeProvider.System, RecordedProcesses.None, output, errors).RunAsync(arguments, CancellationToken.None);
        return (code, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }
}
