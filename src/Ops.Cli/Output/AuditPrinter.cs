using System.Text.Json;
using Ops.Cli.Api;
using Ops.Cli.Commands;
using Spectre.Console;

namespace Ops.Cli.Output;

/// <summary>Writes an audit trail, one entry a line.</summary>
internal sealed class AuditPrinter(string format)
{
    public void Print(JsonElement entry)
    {
        if (format == OutputFormat.Json)
        {
            Console.WriteLine(entry.GetRawText());
            return;
        }

        var why = string.Join("; ", new[] { entry.Text("reason"), entry.Text("note"), entry.Text("evidence") }.Where(static text => !string.IsNullOrEmpty(text)));
        var result = entry.Text("result") is { } now && now != entry.Text("outcome") ? $" (now {now})" : string.Empty;
        AnsiConsole.MarkupLineInterpolated($"[grey]{entry.Text("at") ?? string.Empty}[/] {entry.Text("by") ?? string.Empty}: [bold]{entry.Text("what") ?? string.Empty}[/] {entry.Text("outcome") ?? string.Empty}{result} [grey]{why}[/]");
    }
}
