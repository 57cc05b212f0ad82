using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SuperloopAdapter.Tests;

/// <summary>The conformance command against this adapter, against one that is wrong, and against none.</summary>
public sealed class ConformanceTests
{
    private static readonly Dictionary<string, string> Token = new() { ["TOKEN_FOR_TEST"] = AdapterHost.Token };

    [Theory]
    [InlineData("clean-completion/03-iter2-implementer")]
    [InlineData("approval-approve/02-awaiting-approval")]
    [InlineData("synthetic-torn/04-garbage-middle-line")]
    public async Task This_adapter_conforms(string step)
    {
        using var repository = TempRepository.Of(step);
        await using var host = await AdapterHost.StartAsync(repository.Path);
        var (code, output) = await CheckAsync(host.Client.BaseAddress!.ToString());
        Assert.True(code == 0, output);
        Assert.Contains("\"findings\":[]", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_said()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var server = builder.Build();
        server.Run(static context => context.Response.WriteAsync("{\"ok\":true,\"events\":[{\"sequence\":{\"value\":2}},{\"sequence\":{\"value\":1}}]}"));
        await server.StartAsync();
        var (code, output) = await CheckAsync(server.Urls.First());
        Assert.Equal(10, code);
        Assert.Contains("a wrong token is refused", output, StringComparison.Ordinal);
        Assert.Contains("the snapshot is a valid envelope", output, StringComparison.Ordinal);
        Assert.Contains("sequences rise", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_is_none_is_a_finding()
    {
        byte[] answer = [.. "{\"ok\":true,\"events\":[],\"x\":\""u8, 0xff, .. "\"}"u8];
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var server = builder.Build();
        server.Run(context => context.Response.Body.WriteAsync(answer, context.RequestAborted).AsTask());
        await server.StartAsync();
        var (code, output) = await CheckAsync(server.Urls.First());
        Assert.Equal(10, code);
        Assert.Contains("valid Unicode at cursor 0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_is_not_there_is_no_finding()
    {
        var (code, _) = await CheckAsync("http://127.0.0.1:1/");
        Assert.Equal(1, code);
    }

    private static async Task<(int Code, string Output)> CheckAsync(string endpoint)
    {
        using var check = RealProcess.Adapter(Token, "conformance", "--endpoint", endpoint, "--token-env", "TOKEN_FOR_TEST", "--loop", "demo-loop");
        var output = await check.Process.StandardOutput.ReadToEndAsync();
        await check.Process.WaitForExitAsync();
        return (check.Process.ExitCode, output);
    }
}
