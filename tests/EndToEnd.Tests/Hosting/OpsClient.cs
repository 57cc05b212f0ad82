using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EndToEnd.Tests.Hosting;

/// <summary>The HTTP API as a user calls it.</summary>
internal sealed class OpsClient : IDisposable
{
    public OpsClient(Uri baseAddress, string? key)
    {
        Http = new HttpClient { BaseAddress = baseAddress, Timeout = TimeSpan.FromSeconds(60) };
        if (key is not null)
        {
            Http.DefaultRequestHeaders.Add("x-functions-key", key);
        }
    }

    public HttpClient Http { get; }

    public static JsonObject StartRequest(string sprite, Uri endpoint, string loop = "demo-loop", string launch = "attach") => new()
    {
        ["launch"] = launch,
        ["loopId"] = loop,
        ["sprite"] = new JsonObject
        {
            ["name"] = sprite,
            ["endpoint"] = endpoint.ToString(),
            ["tokenName"] = "e2e",
        },
    };

    public async Task<ApiAnswer> StartRunAsync(JsonNode body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/runs") { Content = JsonContent.Create(body) };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return await SendAsync(request);
    }

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<ApiAnswer> PostAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Post, path));

    public async Task<ApiAnswer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        JsonElement? body = null;
        if (text.Length > 0 && response.Content.Headers.ContentType?.MediaType is { } type && type.EndsWith("json", StringComparison.Ordinal))
        {
            body = JsonElement.Parse(text);
        }

        return new ApiAnswer(response.StatusCode, body, text, response.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Waits until the run is as wanted, asking for a poll meanwhile.</summary>
    public async Task<JsonElement> AwaitRunAsync(string runId, Func<JsonElement, bool> wanted)
    {
        var seen = "nothing";
        JsonElement run = default;
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    await PostAsync($"/api/runs/{runId}/nudge");
                    var answer = await GetAsync($"/api/runs/{runId}");
                    seen = answer.Text;
                    run = answer.Body.GetValueOrDefault();
                    return answer.Status == HttpStatusCode.OK && wanted(run);
                }
                catch (Exception exception) when (exception is HttpRequestException or SocketException)
                {
                    seen = exception.Message;
                    return false;
                }
            },
            () => seen);
        return run;
    }

    public Task<JsonElement> AwaitStateAsync(string runId, string state) => AwaitRunAsync(runId, run => run.GetProperty("state").GetString() == state);

    /// <summary>All events there are, page by page.</summary>
    public async Task<IReadOnlyList<JsonElement>> ReadEventsAsync(string runId, int pageSize)
    {
        var events = new List<JsonElement>();
        string? after = null;
        while (true)
        {
            var page = await GetAsync($"/api/runs/{runId}/events?limit={pageSize}" + (after is null ? string.Empty : $"&after={Uri.EscapeDataString(after)}"));
            Assert.Equal(HttpStatusCode.OK, page.Status);
            var items = page.Json.GetProperty("value").EnumerateArray().ToList();
            if (items.Count == 0)
            {
                return events;
            }

            events.AddRange(items);
            after = page.Json.GetProperty("cursor").GetString();
        }
    }

    public void Dispose() => Http.Dispose();
}
