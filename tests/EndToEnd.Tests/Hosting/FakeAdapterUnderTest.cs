using System.Text.Json;

namespace EndToEnd.Tests.Hosting;

/// <summary>The adapter in memory for many loops, in a process of its own that outlives the manager.</summary>
internal sealed class FakeAdapterUnderTest : IDisposable
{
    private readonly ProgramUnderTest _program;
    private readonly HttpClient _client;

    private FakeAdapterUnderTest(Uri endpoint, ProgramUnderTest program)
    {
        Endpoint = endpoint;
        _program = program;
        _client = new HttpClient { BaseAddress = endpoint };
        _client.DefaultRequestHeaders.Authorization = new("Bearer", AdapterUnderTest.Token);
    }

    public Uri Endpoint { get; }

    /// <summary>Starts it; the end of each process is told by a nudge to the manager, if one is given.</summary>
    public static async Task<FakeAdapterUnderTest> StartAsync(ManagerUnderTest? manager = null)
    {
        var endpoint = new Uri($"http://127.0.0.1:{ProgramUnderTest.FreePort()}");
        string[] arguments = [endpoint.ToString(), AdapterUnderTest.Token, .. manager is null ? Array.Empty<string>() : [manager.BaseAddress.ToString(), manager.Key]];
        var program = ProgramUnderTest.Start("FakeAdapter", "FakeAdapter", arguments, new Dictionary<string, string>());
        await program.AwaitAnswerAsync(new Uri(endpoint, "/healthz"));
        return new FakeAdapterUnderTest(endpoint, program);
    }

    /// <summary>Lets a loop come to its end.</summary>
    public async Task FinishAsync(string loop)
    {
        using var answer = await _client.PostAsync($"/fake/finish?loopId={loop}", null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The log of a loop and what was done to it.</summary>
    public async Task<JsonElement> ReportAsync(string loop) => JsonElement.Parse(await _client.GetStringAsync($"/fake/report?loopId={loop}"));

    public void Dispose()
    {
        _client.Dispose();
        _program.Dispose();
    }
}
