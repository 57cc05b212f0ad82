using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SuperloopAdapter.Conformance;

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

    /// <summary>
    /// An adapter that keeps every rule but one, and what is said of it. What is broken is the request before the adapter sees it, or the answer
    /// before the check does.
    /// </summary>
    public static TheoryData<string, string, string> Broken => new()
    {
        { "health", "clean-completion/03-iter2-implementer", "GET /healthz answers" },
        { "no token", "clean-completion/03-iter2-implementer", "no token is refused" },
        { "wrong token", "clean-completion/03-iter2-implementer", "a wrong token is refused" },
        { "other header", "clean-completion/03-iter2-implementer", "X-Ops-Token" },
        { "no loop", "clean-completion/03-iter2-implementer", "GET /ops/snapshot is refused" },
        { "negative cursor", "clean-completion/03-iter2-implementer", "cursor=-1 is refused" },
        { "odd cursor", "clean-completion/03-iter2-implementer", "cursor=x is refused" },
        { "unknown path", "clean-completion/03-iter2-implementer", "nothing-here is refused" },
        { "post to snapshot", "clean-completion/03-iter2-implementer", "POST /ops/snapshot" },
        { "post to events", "clean-completion/03-iter2-implementer", "POST /ops/events" },
        { "get of control", "clean-completion/03-iter2-implementer", "GET /ops/control" },
        { "no json", "clean-completion/03-iter2-implementer", "with {not json is refused" },
        { "no object", "clean-completion/03-iter2-implementer", "with [1] is refused" },
        { "no members", "clean-completion/03-iter2-implementer", "with {} is refused" },
        { "unknown intent", "clean-completion/03-iter2-implementer", "no_such_intent" },
        { "snapshot fails", "clean-completion/03-iter2-implementer", "GET /ops/snapshot answers 200" },
        { "snapshot without version", "clean-completion/03-iter2-implementer", "the snapshot is a valid envelope" },
        { "odd status", "clean-completion/03-iter2-implementer", "run.status is a word of v1" },
        { "cursor beyond its count", "clean-completion/03-iter2-implementer", "cursor counts complete lines" },
        { "artifact count", "clean-completion/03-iter2-implementer", "artifacts.events and cursor count the same lines" },
        { "snapshot sequence", "clean-completion/03-iter2-implementer", "the snapshot's sequence is its cursor" },
        { "hidden approval", "approval-approve/02-awaiting-approval", "a pending approval is shown" },
        { "snapshot trace", "clean-completion/03-iter2-implementer", "the snapshot repeats X-Trace-Id" },
        { "events fail", "clean-completion/03-iter2-implementer", "GET /ops/events answers 200 at cursor 3" },
        { "large page", "clean-completion/03-iter2-implementer", "a page has at most maxEvents=3" },
        { "falling sequences", "clean-completion/03-iter2-implementer", "sequences rise" },
        { "late event without name", "clean-completion/03-iter2-implementer", "the event at line 27 is a valid envelope" },
        { "event line", "clean-completion/03-iter2-implementer", "the sequence of an event is its line: 27" },
        { "event trace", "clean-completion/03-iter2-implementer", "the event at line 27 repeats X-Trace-Id" },
        { "page cursor", "clean-completion/03-iter2-implementer", "the page's cursor passes its events" },
        { "page count", "clean-completion/03-iter2-implementer", "the page counts no fewer lines" },
        { "stuck page", "clean-completion/03-iter2-implementer", "a page before the end of the log goes on" },
        { "cursor beyond the log", "clean-completion/03-iter2-implementer", "a cursor beyond the log is an error" },
        { "start claimed", "clean-completion/03-iter2-implementer", "ext.capabilities has 'start'" },
        { "diagnostics not claimed", "clean-completion/03-iter2-implementer", "ext.capabilities has 'diagnostics'" },
        { "control status", "clean-completion/03-iter2-implementer", "a decision on a candidate that there is not" },
        { "control exit code", "clean-completion/03-iter2-implementer", "a refusal of POST /ops/control has ok false" },
        { "control replayed", "clean-completion/03-iter2-implementer", "says whether it is a replay" },
        { "control intent", "clean-completion/03-iter2-implementer", "names intent and loop" },
        { "control trace", "clean-completion/03-iter2-implementer", "an answer of POST /ops/control repeats X-Trace-Id" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Each_rule_is_found_broken_alone(string rule, string step, string finding)
    {
        using var repository = TempRepository.Of(step);
        await using var host = await AdapterHost.StartAsync(repository.Path);
        using var client = new HttpClient(new Breaking(rule)) { BaseAddress = host.Client.BaseAddress };
        var findings = await new ConformanceCheck(client, AdapterHost.Token, "demo-loop").RunAsync(default);
        Assert.NotEmpty(findings);
        Assert.All(findings, f => Assert.Contains(finding, f, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_log_is_read_to_its_end_or_as_far_as_was_said()
    {
        using var repository = new TempRepository();
        repository.AppendLog(string.Concat(Enumerable.Range(1, 1700).Select(static n => $"{{\"timestamp\":\"2026-01-01T00:00:00Z\",\"event\":\"e{n}\"}}\n")));
        await using var host = await AdapterHost.StartAsync(repository.Path);
        var all = new ConformanceCheck(host.Client, AdapterHost.Token, "demo-loop");
        Assert.Empty(await all.RunAsync(default));
        Assert.Equal(1700, all.Events);
        var some = new ConformanceCheck(host.Client, AdapterHost.Token, "demo-loop", maxEvents: 400);
        Assert.Empty(await some.RunAsync(default));
        Assert.Equal(503, some.Events);
    }

    [Fact]
    public async Task The_adapter_in_memory_of_the_other_tests_conforms()
    {
        string port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        }

        var program = typeof(ConformanceTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "FakeAdapterPath").Value!;
        using var fake = RealProcess.Start("dotnet", null, program, $"http://127.0.0.1:{port}", AdapterHost.Token);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                await client.GetStringAsync("healthz", bound.Token);
                break;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(20, bound.Token);
            }
        }

        using var start = new HttpRequestMessage(HttpMethod.Post, "ops/start")
        {
            Content = new StringContent("""{"runId":"r","attempt":1,"generation":1,"order":1,"loopId":"asks-demo"}""", Encoding.UTF8, "application/json"),
        };
        start.Headers.Add("X-Ops-Token", AdapterHost.Token);
        using var started = await client.SendAsync(start, bound.Token);
        Assert.Equal(HttpStatusCode.OK, started.StatusCode);
        for (long events = 0; events == 0;)
        {
            var check = new ConformanceCheck(client, AdapterHost.Token, "asks-demo");
            Assert.Empty(await check.RunAsync(bound.Token));
            events = check.Events;
        }
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

    /// <summary>Stands between the check and an adapter and breaks one rule.</summary>
    private sealed class Breaking(string rule) : DelegatingHandler(new HttpClientHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var (method, path, query) = (request.Method.Method, request.RequestUri!.AbsolutePath, request.RequestUri.Query);
            var content = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
            switch (rule)
            {
                case "no token" when request.Headers.Authorization is null && !request.Headers.Contains("X-Ops-Token"):
                case "wrong token" when request.Headers.Authorization is { Parameter: AdapterHost.Token + "x" }:
                    request.Headers.Remove("Authorization");
                    request.Headers.Add("Authorization", "Bearer " + AdapterHost.Token);
                    break;
                case "other header":
                    request.Headers.Remove("X-Ops-Token");
                    break;
                case "large page":
                    request.RequestUri = new Uri(request.RequestUri.ToString().Replace("maxEvents=3", "maxEvents=9", StringComparison.Ordinal));
                    break;
            }

            var response = await base.SendAsync(request, cancellationToken);
            if (await response.Content.ReadAsStringAsync(cancellationToken) is not { Length: > 0 } text || JsonNode.Parse(text) is not JsonObject body)
            {
                return response;
            }

            var events = path == "/ops/events" ? body["events"]?.AsArray() : null;
            var last = events?.FirstOrDefault(static e => e!["sequence"]!["value"]!.GetValue<long>() == 27)?.AsObject();
            var isSnapshot = path == "/ops/snapshot" && response.StatusCode == HttpStatusCode.OK;
            var isDecision = content?.Contains("no-such-run", StringComparison.Ordinal) == true;
            var isLet = (rule, method, path, query, content) switch
            {
                ("no loop", _, "/ops/snapshot", "", _) => true,
                ("negative cursor", _, _, { } q, _) when q.Contains("cursor=-1", StringComparison.Ordinal) => true,
                ("odd cursor", _, _, { } q, _) when q.Contains("cursor=x", StringComparison.Ordinal) => true,
                ("unknown path", _, "/ops/nothing-here", _, _) => true,
                ("post to snapshot", "POST", "/ops/snapshot", _, _) => true,
                ("post to events", "POST", "/ops/events", _, _) => true,
                ("get of control", "GET", "/ops/control", _, _) => true,
                ("no json", _, "/ops/control", _, "{not json") => true,
                ("no object", _, "/ops/control", _, "[1]") => true,
                ("no members", _, "/ops/control", _, "{}") => true,
                ("unknown intent", _, "/ops/control", _, { } c) when c.Contains("no_such_intent", StringComparison.Ordinal) => true,
                ("cursor beyond the log", _, "/ops/events", { } q, _) when q.Contains("cursor=100", StringComparison.Ordinal) => true,
                ("control status", _, _, _, _) when isDecision => true,
                _ => false,
            };
            if (isLet)
            {
                response.StatusCode = HttpStatusCode.OK;
            }

            if ((rule == "snapshot fails" && isSnapshot && method == "GET") || (rule == "events fail" && query.Contains("cursor=3&", StringComparison.Ordinal)))
            {
                response.StatusCode = HttpStatusCode.InternalServerError;
            }

            switch (rule)
            {
                case "health" when path == "/healthz":
                    body["ok"] = false;
                    break;
                case "snapshot without version" when isSnapshot:
                    body.Remove("schemaVersion");
                    break;
                case "odd status" when isSnapshot:
                    body["run"]!["status"] = "thinking";
                    break;
                case "cursor beyond its count" when isSnapshot:
                    body["cursor"]!["eventLineOffset"] = 30;
                    body["sequence"]!["value"] = 30;
                    break;
                case "artifact count" when isSnapshot:
                    body["artifacts"]!["events"]!["lineCount"] = 28;
                    break;
                case "snapshot sequence" when isSnapshot:
                    body["sequence"]!["value"] = 28;
                    break;
                case "hidden approval" when isSnapshot:
                    body["runtime"]!["approval"] = null;
                    break;
                case "snapshot trace" when isSnapshot:
                    body["traceId"] = null;
                    break;
                case "falling sequences" when events is { Count: > 3 }:
                    events.Insert(0, events[^1]!.DeepClone());
                    break;
                case "late event without name" when last is not null:
                    last["event"]!.AsObject().Remove("name");
                    break;
                case "event line" when last is not null:
                    last["cursor"]!["eventLineOffset"] = 26;
                    break;
                case "event trace" when last is not null:
                    last["traceId"] = "another";
                    break;
                case "page cursor" when events is { Count: > 3 }:
                    body["cursor"]!["eventLineOffset"] = 28;
                    break;
                case "page count" when events is { Count: > 3 }:
                    body["cursor"]!["eventLineCount"] = 28;
                    break;
                case "stuck page" when events is { Count: > 3 }:
                    events.Clear();
                    body["cursor"]!["eventLineOffset"] = 3;
                    break;
                case "start claimed" when isSnapshot:
                    body["ext"]!["capabilities"]!.AsArray().Add("start");
                    break;
                case "diagnostics not claimed" when isSnapshot:
                    body["ext"]!["capabilities"]!.AsArray().RemoveAll(static c => c!.GetValue<string>() == "diagnostics");
                    break;
                case "control exit code" when isDecision:
                    body["exitCode"] = 2;
                    break;
                case "control replayed" when isDecision:
                    body.Remove("replayed");
                    break;
                case "control intent" when isDecision:
                    body["result"]!["intent"] = "approve";
                    break;
                case "control trace" when isDecision:
                    body.Remove("traceId");
                    break;
            }

            response.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            return response;
        }
    }
}
