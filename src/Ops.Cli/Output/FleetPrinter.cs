using System.Text.Json;
using Ops.Cli.Api;
using Ops.Cli.Commands;
using Spectre.Console;

namespace Ops.Cli.Output;

/// <summary>Writes the state of the fleet.</summary>
internal static class FleetPrinter
{
    public static void Print(JsonElement fleet, string format)
    {
        if (format == OutputFormat.Json)
        {
            Console.WriteLine(fleet.GetRawText());
            return;
        }

        var table = new Table().Border(TableBorder.None).AddColumns("STATE", "RUNS");
        if (fleet.Member("byState") is { ValueKind: JsonValueKind.Object } counts)
        {
            foreach (var count in counts.EnumerateObject().Where(count => count.Value.ToString() != "0"))
            {
                table.AddRow(Markup.Escape(count.Name), Markup.Escape(count.Value.ToString()));
            }
        }

        AnsiConsole.Write(table);
        if (fleet.Text("suspicion", "detail") is { } suspicion)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]the manager itself[/] {suspicion}");
        }

        foreach (var sink in fleet.Member("notifications")?.Items("sinks").Where(sink => sink.Text("status") == "failing") ?? [])
        {
            AnsiConsole.MarkupLineInterpolated($"[red]sink fails[/] {sink.Text("name") ?? string.Empty} since {sink.Text("failingSince") ?? string.Empty}: {sink.Text("lastErrorCode") ?? string.Empty}, {sink.Text("pending") ?? "0"} messages wait");
        }

        foreach (var run in fleet.Items("needsAttention"))
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]needs attention[/] {run.Text("runId") ?? string.Empty} {States.Describe(run)} {run.Text("health") ?? string.Empty}");
            if (run.Text("attention", "line") is { } line)
            {
                AnsiConsole.MarkupLineInterpolated($"  {line}");
                AnsiConsole.MarkupLineInterpolated($"  [grey]next:[/] {run.Text("attention", "next") ?? string.Empty}");
            }
        }
    }
}
