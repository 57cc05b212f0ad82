using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Hosting;
using OpsManager.Testing.Azurite;

namespace OpsManager.Benchmarks.Intents;

/// <summary>LocalHost, Azurite and an adapter for many loops: a process each, on the real clock.</summary>
internal sealed class LiveManager : IAsyncDisposable
{
    private const string Key = "benchmark-key";
    private const string Token = "benchmark-token";

    private readonly AzuriteFixture _storage;
    private readonly ProgramUnderTest _adapter;
    private readonly ProgramUnderTest _manager;
    private readonly Uri _endpoint;
    private readonly HttpClient _client;

    private LiveManager(AzuriteFixture storage, ProgramUnderTest adapter, ProgramUnderTest manager, Uri endpoint, Uri address)
    {
        (_storage, _adapter, _manager, _endpoint) = (storage, adapter, manager, endpoint);
        _client = new HttpClient { BaseAddress = address };
        _client.DefaultRequestHeaders.Add("x-functions-key", Key);
    }

    public static async Task<LiveManager> StartAsync()
    {
        var storage = await AzuriteFixture.StartAsync(CancellationToken.None);
        var endpoint = new Uri($"http://127.0.0.1:{ProgramUnderTest.FreePort()}");
        var address = new Uri($"http://127.0.0.1:{ProgramUnderTest.FreePort()}");
        var adapter = ProgramUnderTest.Start("FakeAdapter", "FakeAdapter", [endpoint.ToString(), Token], new Dictionary<string, string>());
        var manager = ProgramUnderTest.Start("LocalHost", "LocalHost", [], new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = address.ToString(),
            ["AzureWebJobsStorage"] = storage.ConnectionString,
            ["TASK_HUB_NAME"] = "Benchmark",
            ["Keys__Host"] = Key,
            ["Adapter__AllowedHosts__0"] = "127.0.0.1",
            ["Adapter__Tokens__benchmark"] = Token,
        });
        var live = new LiveManager(storage, adapter, manager, endpoint, address);
        try
        {
            await adapter.AwaitAnswerAsync(new Uri(endpoint, "/healthz"));
            await manager.AwaitAnswerAsync(address);
            return live;
        }
        catch
        {
            await live.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a run and waits until it is at work. Returns its path.</summary>
    public async Task<string> BeginAsync(string loop)
    {
        var run = await PostAsync("/api/runs", new JsonObject
        {
            ["launch"] = "start",
            ["loopId"] = loop,
            ["sprite"] = new JsonObject { ["name"] = loop, ["endpoint"] = _endpoint.ToString(), ["tokenName"] = "benchmark" },
        });
        var path = $"/api/runs/{run.GetProperty("runId").GetString()}";
        await AwaitAsync(path, static run => run.GetProperty("state").GetString() == "running");
        return path;
    }

    /// <summary>Asks something of a run and waits for what becomes of it.</summary>
    public async Task<JsonElement> AskAsync(string run, string verb)
    {
        var intent = await PostAsync($"{run}/intents", new JsonObject { ["verb"] = verb });
        return await AwaitAsync($"{run}/intents/{intent.GetProperty("id").GetString()}", static intent => intent.GetProperty("final").GetBoolean());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _manager.Dispose();
        _adapter.Dispose();
        await _storage.DisposeAsync();
    }

    private async Task<JsonElement> AwaitAsync(string path, Func<JsonElement, bool> wanted)
    {
        JsonElement seen = default;
        await Eventually.TrueAsync(
            async () =>
            {
                seen = JsonElement.Parse(await _client.GetStringAsync(path));
                return wanted(seen);
            },
            () => $"{path}: {seen}");
        return seen;
    }

    private async Task<JsonElement> PostAsync(string path, JsonObject body)
    {
        using var answer = await _client.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonElement.Parse(text) : throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}: {text}");
    }
}
