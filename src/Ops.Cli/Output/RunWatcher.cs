using System.Text.Json;
using Ops.Cli.Api;
using Ops.Cli.Commands;
using Spectre.Console;

namespace Ops.Cli.Output;

/// <summary>Follows a run by its events until it ends: lines for a person, or objects with a <c>transition</c>, an <c>event</c> or, at the end, the <c>run</c>.</summary>
internal sealed class RunWatcher(ManagerClient client, string runId, string format)
{
    private const int WaitSeconds = 5;

    private readonly string _path = RunsCommand.PathOf(runId);
    private long _transition;

    public async Task<int> WatchAsync(CancellationToken cancellationToken)
    {
        string? cursor = null;
        while (true)
        {
            // The run is read before its events: an end seen here has all its events in the pages that follow.
            var run = await client.GetAsync(_path, cancellationToken);
            var ended = States.IsEnd(run.Text("state"));
            await PrintTransitionsAsync(cancellationToken);
            var page = await client.GetAsync(EventPages.Path(_path, cursor, ended ? 0 : WaitSeconds), cancellationToken);
            var count = 0;
            foreach (var item in page.Items("value"))
            {
                Print("event", item, PrintEvent);
                count++;
            }

            cursor = page.Text("cursor") ?? cursor;
            if (ended && count == 0)
            {
                Print("run", run, static ended => RunPrinter.Print(ended, string.Empty));
                return run.Text("state") == "completed" ? ExitCodes.Ok : ExitCodes.RunNotCompleted;
            }
        }
    }

    private static void PrintEvent(JsonElement item)
    {
        var name = item.Text("envelope", "event", "name") ?? "(unreadable line)";
        var role = item.Text("envelope", "event", "role") is { } text ? " " + text : string.Empty;
        var status = item.Text("envelope", "event", "status") is { } outcome ? $" [{outcome}]" : string.Empty;
        AnsiConsole.MarkupLineInterpolated($"[grey]{item.Text("sequence") ?? string.Empty,6}[/] [grey]{item.Text("envelope", "event", "timestamp") ?? string.Empty}[/] iteration {item.Text("envelope", "run", "iteration") ?? "-"} {name}{role}{status}");
    }

    private async Task PrintTransitionsAsync(CancellationToken cancellationToken)
    {
        await foreach (var step in client.ReadAllAsync($"{_path}/transitions?after={_transition}", cancellationToken))
        {
            _transition = step.Member("number")?.GetInt64() ?? _transition;
            Print("transition", step, PrintTransition);
        }
    }

    private static void PrintTransition(JsonElement step) =>
        AnsiConsole.MarkupLineInterpolated($"[bold]{step.Text("from") ?? "(new)"} -> {step.Text("to") ?? string.Empty}[/] {step.Text("reason") ?? string.Empty} [grey]{step.Text("evidence") ?? string.Empty}[/]");

    private void Print(string kind, JsonElement item, Action<JsonElement> asText)
    {
        if (format == OutputFormat.Json)
        {
            Console.WriteLine($"{{\"{kind}\":{item.GetRawText()}}}");
            return;
        }

        asText(item);
    }
}
