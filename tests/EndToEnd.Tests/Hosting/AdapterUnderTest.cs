namespace EndToEnd.Tests.Hosting;

/// <summary>A real adapter process over a repository that a recorded run is played into.</summary>
internal sealed class AdapterUnderTest : IDisposable
{
    public const string Token = "e2e-adapter-token";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ops-e2e-");
    private ProgramUnderTest? _program;

    private AdapterUnderTest(int port) => Endpoint = new Uri($"http://127.0.0.1:{port}");

    public Uri Endpoint { get; }

    public string Repository => _folder.FullName;

    public static async Task<AdapterUnderTest> StartAsync()
    {
        var adapter = new AdapterUnderTest(ProgramUnderTest.FreePort());
        await adapter.RestartAsync();
        return adapter;
    }

    public void Stop()
    {
        _program?.Dispose();
        _program = null;
    }

    public async Task RestartAsync()
    {
        Stop();
        _program = ProgramUnderTest.Start(
            "SuperloopAdapter",
            "superloop-adapter",
            ["serve", "--repo", Repository, "--listen", $"127.0.0.1:{Endpoint.Port}", "--token-env", "E2E_ADAPTER_TOKEN"],
            new Dictionary<string, string> { ["E2E_ADAPTER_TOKEN"] = Token });
        await _program.AwaitAnswerAsync(new Uri(Endpoint, "/healthz"));
    }

    public void Dispose()
    {
        Stop();
        _folder.Delete(recursive: true);
    }
}
