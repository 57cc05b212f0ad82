using System.Globalization;
using EndToEnd.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using OpsManager.Testing.Http;

namespace EndToEnd.Tests;

/// <summary>Changes of a policy while the run goes on, from a manager in memory: with a real one what comes between would be chance.</summary>
public sealed class CliPolicyTests : IAsyncLifetime
{
    private ReceivingServer _manager = null!;
    private int _revision = 7;
    private string _threshold = "00:15:00";

    public async Task InitializeAsync() => _manager = await ReceivingServer.StartAsync();

    public Task DisposeAsync() => _manager.DisposeAsync().AsTask();

    [Fact]
    public async Task What_the_run_does_meanwhile_does_not_stop_a_change_of_its_policy()
    {
        ChangeOnce(() => _revision++);

        Assert.Equal(0, (await SetAsync()).Code);
        Assert.Equal(["\"7\"", "\"8\""], _manager.Received.Select(static request => request.Headers.GetValueOrDefault("If-Match")).OfType<string>());
    }

    [Fact]
    public async Task What_somebody_else_changes_meanwhile_does()
    {
        ChangeOnce(() => (_revision, _threshold) = (_revision + 1, "00:20:00"));

        var (code, _, error) = await SetAsync();
        Assert.Equal(3, code);
        Assert.Contains("precondition_failed", error, StringComparison.Ordinal);
        Assert.Single(_manager.Received, static request => request.Headers.ContainsKey("If-Match"));
    }

    private Task<(int Code, string Out, string Error)> SetAsync() =>
        new CliUnderTest(_manager.Address.ToString(), "any").RunAsync("runs", "policy", "run-1", "--set", "stallCritical=01:00:00");

    /// <summary>Answers as the API does, and has something change between the first reading and the first change.</summary>
    private void ChangeOnce(Action change)
    {
        var meanwhile = change;
        _manager.Answer = async context =>
        {
            if (context.Request.Method == HttpMethods.Patch)
            {
                meanwhile();
                meanwhile = static () => { };
                if (context.Request.Headers.IfMatch != string.Create(CultureInfo.InvariantCulture, $"\"{_revision}\""))
                {
                    context.Response.StatusCode = StatusCodes.Status412PreconditionFailed;
                    await context.Response.WriteAsJsonAsync(new { title = "Changed", code = "precondition_failed" }, options: null, "application/problem+json");
                    return;
                }
            }

            await context.Response.WriteAsJsonAsync(new { runId = "run-1", revision = _revision, policy = new { stallCritical = _threshold } });
        };
    }
}
