using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace EndToEnd.Tests.Hosting;

/// <summary>A user whose manager goes away again and again: every call is repeated, with the same key, until it is answered.</summary>
internal sealed class PatientClient(OpsClient client)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path));

    public Task<ApiAnswer> PostAsync(string path, object body, string key) => SendAsync(() => new HttpRequestMessage(HttpMethod.Post, path)
    {
        Content = JsonContent.Create(body),
        Headers = { { "Idempotency-Key", key } },
    });

    /// <summary>Reads a resource until it is as wanted.</summary>
    public async Task<JsonElement> AwaitAsync(string path, Func<JsonElement, bool> wanted)
    {
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (true)
        {
            var answer = await GetAsync(path);
            if (answer.Status == HttpStatusCode.OK && wanted(answer.Json))
            {
                return answer.Json;
            }

            if (Stopwatch.GetElapsedTime(started) > Limit)
            {
                throw new TimeoutException($"{path} is not as wanted; last seen: {answer.Text}");
            }

            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>All items of a list, page by page.</summary>
    public async Task<IReadOnlyList<JsonElement>> ReadAllAsync(string path)
    {
        var items = new List<JsonElement>();
        for (var next = path; next is not null;)
        {
            var page = (await GetAsync(next)).Json;
            items.AddRange(page.GetProperty("value").EnumerateArray());
            next = page.TryGetProperty("nextLink", out var link) && link.ValueKind == JsonValueKind.String ? new Uri(link.GetString()!).PathAndQuery : null;
        }

        return items;
    }

    private async Task<ApiAnswer> SendAsync(Func<HttpRequestMessage> request)
    {
        ApiAnswer? answer = null;
        var seen = "nothing";
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    using var message = request();
                    answer = await client.SendAsync(message);
                    seen = answer.Text;
                    return answer.Status < HttpStatusCode.InternalServerError;
                }
                catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException or TaskCanceledException)
                {
                    seen = exception.Message;
                    return false;
                }
            },
            () => seen,
            Limit);
        return answer!;
    }
}
