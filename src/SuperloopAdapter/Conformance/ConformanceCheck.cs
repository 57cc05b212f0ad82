using System.Net;
using System.Text;
using System.Text.Json;
using OpsManager.Contract;

namespace SuperloopAdapter.Conformance;

/// <summary>
/// Checks any adapter endpoint against the v1 contract, by reading only: no run is started and no intent is sent that could be
/// carried out. Each finding is one sentence with the rule it breaks.
/// </summary>
internal sealed class ConformanceCheck(HttpClient client, string token, string loopId, int maxEvents = ConformanceCheck.DefaultMaxEvents)
{
    /// <summary>Events looked at unless told otherwise.</summary>
    public const int DefaultMaxEvents = 100_000;

    // A small page first, which shows whether the number is kept to; then large ones, which reach the end soon.
    private const int FirstPage = 3;
    private const int FurtherPages = 500;

    private const string Trace = "conformance-check";

    private readonly List<string> findings = [];

    /// <summary>Rules looked at.</summary>
    public int Checked { get; private set; }

    /// <summary>Events looked at.</summary>
    public long Events { get; private set; }

    /// <exception cref="HttpRequestException">Nothing answers there.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellation)
    {
        var (alive, health) = await GetAsync("healthz", cancellation);
        Expect(alive == HttpStatusCode.OK && Root(health).Flag("ok") == true, $"GET /healthz answers 200 {{\"ok\":true}}; it answered {(int)alive}");
        await TokensAsync(cancellation);
        await RefusesAsync(HttpMethod.Get, "ops/snapshot", HttpStatusCode.BadRequest, "invalid_request", cancellation);
        await RefusesAsync(HttpMethod.Get, $"ops/events?loopId={loopId}&cursor=-1", HttpStatusCode.BadRequest, "invalid_request", cancellation);
        await RefusesAsync(HttpMethod.Get, $"ops/events?loopId={loopId}&cursor=x", HttpStatusCode.BadRequest, "invalid_request", cancellation);
        await RefusesAsync(HttpMethod.Get, "ops/nothing-here", HttpStatusCode.NotFound, "not_found", cancellation);
        await RefusesAsync(HttpMethod.Post, $"ops/snapshot?loopId={loopId}", HttpStatusCode.MethodNotAllowed, "method_not_allowed", cancellation);
        await RefusesAsync(HttpMethod.Post, $"ops/events?loopId={loopId}", HttpStatusCode.MethodNotAllowed, "method_not_allowed", cancellation);
        await RefusesAsync(HttpMethod.Get, "ops/control", HttpStatusCode.MethodNotAllowed, "method_not_allowed", cancellation);
        await RefusesControlAsync("{not json", "invalid_json", cancellation);
        await RefusesControlAsync("[1]", "invalid_request", cancellation);
        await RefusesControlAsync("{}", "invalid_request", cancellation);
        await RefusesControlAsync($"{{\"loopId\":\"{loopId}\",\"intent\":\"no_such_intent\"}}", "invalid_request", cancellation);
        var snapshot = await SnapshotAsync(cancellation);
        await EventsAsync(snapshot?.Cursor.EventLineCount, cancellation);
        if (snapshot?.Ext?.Capabilities is { } capabilities)
        {
            await RoutesAsync(capabilities, cancellation);
            await ControlAsync(capabilities, cancellation);
        }

        return findings;
    }

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

    private async Task TokensAsync(CancellationToken cancellation)
    {
        var path = $"ops/snapshot?loopId={loopId}";
        foreach (var (name, wrong) in new[] { ("no token", null), ("a wrong token", token + "x") })
        {
            var (status, body) = await SendAsync(HttpMethod.Get, path, wrong is null ? null : ("Authorization", "Bearer " + wrong), null, cancellation);
            Expect(status == HttpStatusCode.Unauthorized && Code(body) == "unauthorized", $"{name} is refused with 401 unauthorized; it was answered {(int)status} {Code(body)}");
        }

        var (other, _) = await SendAsync(HttpMethod.Get, path, ("X-Ops-Token", token), null, cancellation);
        Expect(other != HttpStatusCode.Unauthorized, $"the token is taken from X-Ops-Token as from Authorization; it was answered {(int)other}");
    }

    private async Task RefusesAsync(HttpMethod method, string path, HttpStatusCode expected, string code, CancellationToken cancellation)
    {
        var (status, body) = await SendAsync(method, path, Bearer, null, cancellation);
        Expect(status == expected && Code(body) == code, $"{method} /{path} is refused with {(int)expected} {code}; it was answered {(int)status} {Code(body)}");
    }

    private async Task RefusesControlAsync(string body, string code, CancellationToken cancellation)
    {
        var (status, answer) = await SendAsync(HttpMethod.Post, "ops/control", Bearer, body, cancellation);
        Expect(status == HttpStatusCode.BadRequest && Code(answer) == code, $"POST /ops/control with {body} is refused with 400 {code}; it was answered {(int)status} {Code(answer)}");
    }

    private async Task<LoopRunSnapshot?> SnapshotAsync(CancellationToken cancellation)
    {
        var (status, body) = await GetAsync($"ops/snapshot?loopId={loopId}", cancellation);
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
        var (cursor, log) = (snapshot.Cursor, snapshot.Artifacts.Events);
        Expect(snapshot.Run.Status is "running" or "awaiting_approval" or "complete" or "stopped" or "failed" or "idle" or "unknown", $"run.status is a word of v1, not '{snapshot.Run.Status}'");
        Expect(cursor.EventLineCount >= 0 && cursor.EventLineOffset <= cursor.EventLineCount, "cursor counts complete lines");
        Expect(log.LineCount == cursor.EventLineCount, $"artifacts.events and cursor count the same lines: {log.LineCount} and {cursor.EventLineCount}");
        Expect(snapshot.Sequence.Value == cursor.EventLineOffset, $"the snapshot's sequence is its cursor: {snapshot.Sequence.Value} and {cursor.EventLineOffset}");
        Expect(!snapshot.Health.HasPendingApproval || snapshot.Runtime.Approval is { ValueKind: not JsonValueKind.Null }, "a pending approval is shown in runtime.approval");
        Expect(snapshot.TraceId == Trace, "the snapshot repeats X-Trace-Id");
        return snapshot;
    }

    private async Task EventsAsync(long? known, CancellationToken cancellation)
    {
        var (cursor, page) = (0L, FirstPage);
        while (Events < maxEvents)
        {
            var (status, body) = await GetAsync($"ops/events?loopId={loopId}&cursor={cursor}&maxEvents={page}", cancellation);
            var root = Root(body);
            Expect(body.Length == 0 || root is not null, $"GET /ops/events answers JSON whose text is valid Unicode at cursor {cursor}");
            Expect(status == HttpStatusCode.OK && root.Flag("ok") == true, $"GET /ops/events answers 200 at cursor {cursor}; it answered {(int)status} {Code(body)}");
            if (status != HttpStatusCode.OK || root.Member("events") is not { ValueKind: JsonValueKind.Array } events)
            {
                return;
            }

            Expect(events.GetArrayLength() <= page, $"a page has at most maxEvents={page} events, not {events.GetArrayLength()}");
            var last = LookAt(events, cursor);
            var (end, count) = (root.Object("cursor").Integer("eventLineOffset"), root.Object("cursor").Integer("eventLineCount"));
            Expect(end >= last, $"the page's cursor passes its events: {end} after {last}");
            Expect(known is null || count >= known, $"the page counts no fewer lines than the snapshot before: {count} and {known}");
            if (end is null || end >= count)
            {
                break;
            }

            Expect(end > cursor, $"a page before the end of the log goes on: the cursor {cursor} of {count} lines led to {end}");
            if (end <= cursor)
            {
                break;
            }

            (cursor, page) = (end.Value, FurtherPages);
        }

        if (known is { } lines)
        {
            var (beyond, _) = await GetAsync($"ops/events?loopId={loopId}&cursor={lines + 1_000_000}", cancellation);
            Expect((int)beyond >= 400, "a cursor beyond the log is an error, never an empty page");
        }
    }

    private long LookAt(JsonElement events, long cursor)
    {
        var last = cursor;
        foreach (JsonElement? element in events.EnumerateArray())
        {
            Events++;
            var number = element.Object("sequence").Integer("value") ?? 0;
            Expect(number > last, $"sequences rise: {number} follows {last}");
            last = Math.Max(last, number);

            // What an adapter could not read it may hand on marked as such; it is no event then, and readers quarantine it.
            var quarantined = element.Object("ext").Object("quarantine") is not null;
            var valid = EnvelopeValidator.ReadEvent(Encoding.UTF8.GetBytes(element!.Value.GetRawText()), loopId) is ValidEnvelope<LoopRunEvent>;
            Expect(valid || quarantined, $"the event at line {number} is a valid envelope");
            var line = element.Object("cursor").Integer("eventLineOffset");
            Expect(!valid || line == number, $"the sequence of an event is its line: {number} and {line}");
            Expect(!valid || element.Text("traceId") == Trace, $"the event at line {number} repeats X-Trace-Id");
        }

        return last;
    }

    /// <summary>What is announced is there, and what is there is announced: a manager goes by the one, an operator by the other.</summary>
    private async Task RoutesAsync(IReadOnlyList<string> capabilities, CancellationToken cancellation)
    {
        foreach (var (capability, method, path, body) in new[]
        {
            ("diagnostics", HttpMethod.Get, $"ops/diagnostics?loopId={loopId}", null),

            // Not a start: it names nothing.
            ("start", HttpMethod.Post, "ops/start", "{}"),
        })
        {
            var (status, _) = await SendAsync(method, path, Bearer, body, cancellation);
            var isOffered = status != HttpStatusCode.NotFound;
            Expect(
                isOffered == capabilities.Contains(capability, StringComparer.Ordinal),
                $"ext.capabilities has '{capability}' if and only if {method} /{path.Split('?')[0]} is there; it answered {(int)status}");
        }
    }

    /// <summary>
    /// The shape of an answer, of a decision on a candidate that there is not. Only where capabilities are named: without them a candidate may be
    /// ignored, and the decision carried out.
    /// </summary>
    private async Task ControlAsync(IReadOnlyList<string> capabilities, CancellationToken cancellation)
    {
        if (!capabilities.Contains("reject", StringComparer.Ordinal))
        {
            return;
        }

        var (status, body) = await SendAsync(
            HttpMethod.Post,
            "ops/control",
            Bearer,
            $"{{\"loopId\":\"{loopId}\",\"intent\":\"reject\",\"by\":\"{Trace}\",\"candidate\":{{\"runtimeRunId\":\"no-such-run\",\"iteration\":2147483647,\"requestedAt\":\"never\"}}}}",
            cancellation);
        var answer = Root(body);
        var result = answer.Object("result");
        Expect(status == HttpStatusCode.Conflict && Code(body) is { Length: > 0 }, $"a decision on a candidate that there is not is refused with 409 and a code; it was answered {(int)status} {Code(body)}");
        Expect(
            answer.Flag("ok") == false && answer.Integer("exitCode") == 1 && result.Text("status") == "failed_command",
            "a refusal of POST /ops/control has ok false, exitCode 1 and result.status failed_command");
        Expect(answer.Flag("replayed") == false, "an answer of POST /ops/control says whether it is a replay");
        Expect(result.Text("intent") == "reject" && result.Text("loopId") == loopId, "result of POST /ops/control names intent and loop");
        Expect(answer.Text("traceId") == Trace, "an answer of POST /ops/control repeats X-Trace-Id");
    }

    private (string Name, string Value)? Bearer => ("Authorization", "Bearer " + token);

    private Task<(HttpStatusCode Status, byte[] Body)> GetAsync(string path, CancellationToken cancellation) => SendAsync(HttpMethod.Get, path, Bearer, null, cancellation);

    private async Task<(HttpStatusCode Status, byte[] Body)> SendAsync(HttpMethod method, string path, (string Name, string Value)? credentials, string? json, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-Trace-Id", Trace);
        if (credentials is { } given)
        {
            request.Headers.TryAddWithoutValidation(given.Name, given.Value);
        }

        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        using var response = await client.SendAsync(request, cancellation);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation));
    }
}
