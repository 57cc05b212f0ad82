using System.Globalization;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using OpsManager.Testing.Http;

namespace EndToEnd.Tests;

/// <summary>Lists of <c>./ops</c> that are longer than a page of the API, from a manager in memory: a real one would have to be filled first.</summary>
public sealed class CliListTests : IAsyncLifetime
{
    private const int Runs = 450;
    private const int Escalations = 1100;

    private ReceivingServer _manager = null!;
    private CliUnderTest _cli = null!;

    public async Task InitializeAsync()
    {
        _manager = await ReceivingServer.StartAsync();
        _manager.Answer = static context => context.Request.Path.Value switch
        {
            "/api/runs" => PageAsync(context, "continuation", 200, Runs, static number => new JsonObject { ["runId"] = $"run-{number}" }),
            "/api/runs/run-1/escalations" => PageAsync(context, "after", 500, Escalations, static number => Escalation(number, null)),
            "/api/runs/run-1/escalations/7/acknowledge" => context.Response.WriteAsJsonAsync(Escalation(7, "nina")),
            _ => throw new InvalidOperationException($"Nothing is at {context.Request.Path}."),
        };
        _cli = new CliUnderTest(_manager.Address.ToString(), "any");
    }

    public Task DisposeAsync() => _manager.DisposeAsync().AsTask();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(199, 199)]
    [InlineData(200, 200)]
    [InlineData(420, 420)]
    [InlineData(Runs, Runs)]
    [InlineData(int.MaxValue, Runs)]
    public async Task Runs_are_listed_up_to_the_limit_however_many_pages_that_takes(int limit, int listed)
    {
        var (code, output, error) = await _cli.RunAsync("runs", "list", "--needs-attention", "--limit", limit.ToString(CultureInfo.InvariantCulture), "--json");

        Assert.Equal((0, listed < Runs ? $"ops: there are more than {limit}; raise --limit\n" : ""), (code, error));
        Assert.Equal(Enumerable.Range(1, listed).Select(static number => $"run-{number}"), CliUnderTest.Documents(output).Select(static run => run.GetProperty("runId").GetString()));
        Assert.All(_manager.Received, static request => Assert.Contains("needsAttention=true", request.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_limit_fifty_runs_are_listed_and_that_there_are_more_is_said()
    {
        var (code, output, error) = await _cli.RunAsync("runs", "list");

        Assert.Equal((0, "ops: there are more than 50; raise --limit\n"), (code, error));
        Assert.Equal(["RUN", .. Enumerable.Range(1, 50).Select(static number => $"run-{number}")], FirstWords(output));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    public async Task A_limit_that_lets_nothing_through_is_refused_before_anything_is_asked(string limit)
    {
        var (code, output, error) = await _cli.RunAsync("runs", "list", "--limit", limit);

        Assert.Equal((2, "", $"ops: --limit takes a number from 1 on; '{limit}' is none.\n"), (code, output, error));
        Assert.Empty(_manager.Received);
    }

    [Fact]
    public async Task Every_escalation_of_a_run_is_listed()
    {
        var all = Enumerable.Range(1, Escalations).Select(static number => number.ToString(CultureInfo.InvariantCulture)).ToArray();

        Assert.Equal(all, (await _cli.ReadAsync("escalations", "list", "run-1")).Select(static item => item.GetProperty("number").ToString()));
        Assert.Equal(["NUMBER", .. all], FirstWords(await _cli.DoAsync("escalations", "list", "run-1")));
    }

    [Fact]
    public async Task An_acknowledged_escalation_is_shown_with_who_takes_care_of_it()
    {
        Assert.Contains("acknowledged by nina", await _cli.DoAsync("escalations", "acknowledge", "run-1", "7"), StringComparison.Ordinal);
        Assert.Equal("7", Assert.Single(await _cli.ReadAsync("escalations", "acknowledge", "run-1", "7")).GetProperty("number").ToString());
    }

    private static JsonObject Escalation(int number, string? acknowledgedBy)
    {
        var escalation = new JsonObject { ["number"] = number, ["code"] = "circling", ["severity"] = "critical", ["detail"] = "Nothing [new]." };
        if (acknowledgedBy is not null)
        {
            escalation["acknowledgement"] = new JsonObject { ["by"] = acknowledgedBy };
        }

        return escalation;
    }

    // As strict about the size of its pages as the API is.
    private static Task PageAsync(HttpContext context, string position, int largest, int count, Func<int, JsonObject> item)
    {
        var query = context.Request.Query;
        var limit = int.Parse(query["limit"]!, CultureInfo.InvariantCulture);
        if (limit < 1 || limit > largest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        }

        var first = query.TryGetValue(position, out var after) ? int.Parse(after!, CultureInfo.InvariantCulture) : 0;
        var last = Math.Min(first + limit, count);
        var page = new JsonObject { ["value"] = new JsonArray([.. Enumerable.Range(first + 1, last - first).Select(item)]) };
        if (last < count)
        {
            var others = query.Where(pair => pair.Key != position).Select(static pair => $"{pair.Key}={pair.Value}&");
            page["nextLink"] = $"https://ops.example{context.Request.Path}?{string.Concat(others)}{position}={last}";
        }

        return context.Response.WriteAsJsonAsync(page);
    }

    private static IEnumerable<string> FirstWords(string table) =>
        table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' ')[0]);
}
