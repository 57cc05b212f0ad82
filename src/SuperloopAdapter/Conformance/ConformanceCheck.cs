using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OpsManager.Contract;

namespace SuperloopAdapter.Conformance;

/// <summary>
/// Checks any adapter endpoint against the v1 contract, by reading only: no run is started and no intent is sent that could be
/// carried out. Each finding is one sentence with the rule it breaks.
/// </summary>
internal sealed class ConformanceCheck(HttpClient client, string token, string loopId)
{
    private const int PageSize = 3;
    private const int MaxPages = 5;

    private readonly List<string> findings = [];

    /// <summary>Rules looked at.</summary>
    public int Checked { get; private set; }

    /// <exception cref="HttpRequestException">Nothing answers there.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellation)
    {
        var (alive, health) = await GetAsync("healthz", token, cancellation);
        Expect(alive == HttpStatusCode.OK && Flag(health, "ok") == true, $"GET /healthz answers 200 {{\"ok\":true}}; it answered {(int)alive}");
        foreach (var (name, wrong) in new[] { ("no token", null), ("a wrong token", token + "x") })
        {
            var (status, body) = await GetAsync($"ops/snapshot?loopId={loopId}", wrong, cancellation);
            Expect(status == HttpStatusCode.Unauthorized && Code(body) == "unauthorized", $"{name} is refused with 401 unauthorized; it was answered {(int)status} {Code(body)}");
        }

        await RefusesAsync("ops/snapshot", HttpStatusCode.BadRequest, "invalid_request", cancellation);
        await RefusesAsync($"ops/events?loopId={loopId}&cursor=-1", HttpStatusCode.BadRequest, "invalid_request", cancellation);
        await RefusesAsync($"ops/events?loopId={loopId}&cursor=x", HttpStatusCode.BadRequest, "invalid_request", cancellation);
        await RefusesAsync("ops/nothing-here", HttpStatusCode.NotFound, "not_found", cancellation);
        await ControlAsync("{not json", "invalid_json", cancellation);
        await ControlAsync("[1]", "invalid_request", cancellation);
        await ControlAsync("{}", "invalid_request", cancellation);
        await ControlAsync($"{{\"loopId\":\"{loopId}\",\"intent\":\"no_such_intent\"}}", "invalid_request", cancellation);
        var lines = await SnapshotAsync(cancellation);
        await EventsAsync(lines, cancellation);
        return findings;
    }

    private static bool? Flag(byte[] body, string name) => Root(body).Flag(name);

    private static string? Code(byte[] body) => Root(body).Object("error").Text("code");

    private static JsonElement? Root(byte[] body)
    {
        try
        {
            using var document = JsonText.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Expect(bool holds, string rule)
    {
        Checked++;
        if (!holds)
        {
            findings.Add(rule);
        }
    }

    private async Task RefusesAsync(string path, HttpStatusCode expected, string code, CancellationToken cancellation)
    {
        var (status, body) = await GetAsync(path, token, cancellation);
        Expect(status == expected && Code(body) == code, $"GET /{path} is refused with {(int)expected} {code}; it was answered {(int)status} {Code(body)}");
    }

    private async Task ControlAsync(string body, string code, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "ops/control") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var (status, answer) = await SendAsync(request, cancellation);
        Expect(status == HttpStatusCode.BadRequest && Code(answer) == code, $"POST /ops/control with {body} is refused with 400 {code}; it was answered {(int)status} {Code(answer)}");
    }

    private async Task<long?> SnapshotAsync(CancellationToken cancellation)
    {
        var (status, body) = await GetAsync($"ops/snapshot?loopId={loopId}", token, cancellation);
        if (status != HttpStatusCode.OK)
        {
            Expect(holds: false, $"GET /ops/snapshot answers 200 for the loop; it answered {(int)status} {Code(body)}");
            return null;
        }

        var verdict = EnvelopeValidator.ReadSnapshot(body, loopId);
        if (verdict is not ValidEnvelope<LoopRunSnapshot> valid)
        {
            Expect(holds: false, "the snapshot is a valid envelope: " + (verdict is RefusedEnvelope<LoopRunSnapshot> refused ? $"{refused.First.Path}: {refused.First.Message}" : "it was refused"));
            return null;
        }

        var snapshot = valid.Envelope;
        Expect(snapshot.Run?.Status is "running" or "awaiting_approval" or "complete" or "stopped" or "failed" or "idle" or "unknown", $"run.status is a word of v1, not '{snapshot.Run?.Status}'");
        Expect(snapshot.Cursor?.EventLineCount >= 0 && snapshot.Cursor.EventLineOffset <= snapshot.Cursor.EventLineCount, "cursor counts complete lines");
        Expect(snapshot.Health?.HasPendingApproval is not true || snapshot.Runtime?.Approval is not null, "a pending approval is shown in runtime.approval");
        return snapshot.Cursor?.EventLineCount;
    }

    private async Task EventsAsync(long? lines, CancellationToken cancellation)
    {
        long cursor = 0;
        for (var page = 0; page < MaxPages; page++)
        {
            var (status, body) = await GetAsync($"ops/events?loopId={loopId}&cursor={cursor}&maxEvents={PageSize}", token, cancellation);
            var root = Root(body);
            Expect(body.Length == 0 || root is not null, $"GET /ops/events answers JSON whose text is valid Unicode at cursor {cursor}");
            Expect(status == HttpStatusCode.OK && root.Flag("ok") == true, $"GET /ops/events answers 200 at cursor {cursor}; it answered {(int)status} {Code(body)}");
            if (status != HttpStatusCode.OK || root.Member("events") is not { ValueKind: JsonValueKind.Array } events)
            {
                return;
            }

            Expect(events.GetArrayLength() <= PageSize, $"a page has at most maxEvents={PageSize} events, not {events.GetArrayLength()}");
            var last = cursor;
            foreach (var element in events.EnumerateArray())
            {
                var number = ((JsonElement?)element).Object("sequence").Integer("value") ?? 0;
                Expect(number > last, $"sequences rise: {number} follows {last}");
                last = number;

                // What an adapter could not read it may hand on marked as such; it is no event then, and readers quarantine it.
                var quarantined = ((JsonElement?)element).Object("ext").Object("quarantine") is not null;
                var valid = EnvelopeValidator.ReadEvent(Encoding.UTF8.GetBytes(element.GetRawText()), loopId) is ValidEnvelope<LoopRunEvent>;
                Expect(valid || quarantined, $"the event at line {number} is a valid envelope");
            }

            var end = root.Object("cursor").Integer("eventLineOffset");
            Expect(end >= last, $"the page's cursor passes its events: {end} after {last}");
            if (end is null || end <= cursor || events.GetArrayLength() == 0)
            {
                break;
            }

            cursor = end.Value;
        }

        if (lines is { } count)
        {
            var (status, _) = await GetAsync($"ops/events?loopId={loopId}&cursor={count + 1_000_000}", token, cancellation);
            Expect((int)status >= 400, "a cursor beyond the log is an error, never an empty page");
        }
    }

    private async Task<(HttpStatusCode Status, byte[] Body)> GetAsync(string path, string? bearer, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (bearer is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + bearer);
        }

        return await SendAsync(request, cancellation);
    }

    private async Task<(HttpStatusCode Status, byte[] Body)> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var response = await client.SendAsync(request, cancellation);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation));
    }
}
