using System.Text.Json;
using Ops.Cli.Api;
using Ops.Cli.Commands;
using Spectre.Console;

namespace Ops.Cli.Output;

/// <summary>Writes runs for a person or for a script.</summary>
internal static class RunPrinter
{
    public static void Print(JsonElement run, string format)
    {
        if (format == OutputFormat.Json)
        {
            Console.WriteLine(run.GetRawText());
            return;
        }

        if (format == OutputFormat.Id)
        {
            Console.WriteLine(run.Text("runId"));
            return;
        }

        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        Row(grid, "run", run.Text("runId"));
        Row(grid, "state", States.Describe(run));
        Row(grid, "attention", Severity(run) + run.Text("attention", "line"));
        Row(grid, "next", run.Text("attention", "next"));
        Row(grid, "may help", string.Join(", ", run.Member("attention")?.Items("actions").Select(static action => action.GetString()) ?? []) is { Length: > 0 } actions ? actions : null);
        Row(grid, "frozen", run.Member("control") is { } control && control.Text("frozen", "since") is { } since ? $"automatic control, since {since}" : null);
        Row(grid, "since", run.Text("stateSince"));
        Row(grid, "loop", run.Text("loopId"));
        Row(grid, "sprite", run.Text("sprite", "name"));
        Row(grid, "progress", $"attempt {run.Text("progress", "attempt") ?? "0"}, iteration {run.Text("progress", "iteration") ?? "0"} ({run.Text("progress", "totalIterations") ?? "0"} in all), {run.Text("progress", "events") ?? "0"} events");
        Row(grid, "health", run.Text("health", "verdict"));
        foreach (var reason in run.Member("health")?.Items("reasons") ?? [])
        {
            Row(grid, string.Empty, $"{reason.Text("code")}: {reason.Text("detail")}");
        }

        Row(grid, "waits for", run.Member("candidate") is { } candidate ? $"a decision on iteration {candidate.Text("iteration")} of {candidate.Text("runtimeRunId")}" : null);
        foreach (var intent in run.Items("openIntents"))
        {
            Row(grid, "asked", $"{intent.Text("verb")} by {intent.Text("by")}: {intent.Text("status")} ({intent.Text("id")})");
        }

        Row(grid, "possible", string.Join(", ", run.Items("allowedActions").Where(static action => action.Member("allowed")?.GetBoolean() == true).Select(static action => action.Text("action"))) is { Length: > 0 } verbs ? verbs : null);
        AnsiConsole.Write(grid);
    }

    public static ListPrinter List(string format) => new(
        ["RUN", "STATE", "HEALTH", "SPRITE", "LOOP", "ITERATIONS", "CREATED"],
        static run => [run.Text("runId"), States.Describe(run), run.Text("health"), run.Text("sprite"), run.Text("loopId"), run.Text("totalIterations"), run.Text("createdAt")],
        format);

    private static string Severity(JsonElement run) => run.Text("attention", "severity") is { } severity and not "info" ? severity + ": " : string.Empty;

    private static void Row(Grid grid, string name, string? value)
    {
        if (value is not null)
        {
            grid.AddRow($"[grey]{Markup.Escape(name)}[/]", Markup.Escape(value));
        }
    }
}
