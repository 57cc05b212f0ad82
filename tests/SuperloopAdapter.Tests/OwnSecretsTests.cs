using System.Text.Json;

namespace SuperloopAdapter.Tests;

/// <summary>The service's own secrets, under whatever names it was given them.</summary>
public sealed class OwnSecretsTests
{
    [Fact]
    public async Task A_token_and_a_key_of_any_name_are_not_shown_by_a_service_that_launches_nothing()
    {
        const string Token = "Qw8Rt2Yu6Io1";
        const string Key = "Zx3Cv7Bn5Ma9";
        using var repository = TempRepository.Of("clean-completion/03-iter2-implementer");
        repository.Write("loops/demo-loop/logs/iter-2/implementer.log", $"at work\nan agent prints {Token}, then {Key}\n");
        using var service = RealProcess.Adapter(
            new Dictionary<string, string> { ["OPS_KEY"] = Token, ["NUDGE"] = Key },
            "serve", "--repo", repository.Path, "--listen", "127.0.0.1:0", "--token-env", "OPS_KEY", "--nudge-url", "http://127.0.0.1:1/", "--nudge-key-env", "NUDGE", "--task-socket", "/nowhere");
        var said = await service.Process.StandardOutput.ReadLineAsync();
        Assert.NotNull(said);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("X-Ops-Token", Token);
        var diagnostics = await client.GetStringAsync(new Uri(new Uri(JsonDocument.Parse(said).RootElement.GetProperty("listening").GetString()!), "/ops/diagnostics?loopId=demo-loop"));
        Assert.Contains("an agent prints [redacted], then [redacted]", diagnostics, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, diagnostics, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, diagnostics, StringComparison.Ordinal);
    }
}
