using System.Text;
using System.Text.Json;
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
    public async Task Help_names_the_exit_codes()
    {
        var (code, output, _) = await RunAsync("--help");
        Assert.Equal(0, code);
        Assert.Contains("Exit codes", output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var output = new MemoryStream();
        await using var errors = new StringWriter();
        var code = await new AdapterCommands(TimeProvider.System, RecordedProcesses.None, output, errors).RunAsync(arguments, CancellationToken.None);
        return (code, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }
}
