using System.Text.Json;
using Ops.Cli.Api;
using Ops.Cli.Commands;
using Spectre.Console;

namespace Ops.Cli.Output;

/// <summary>Writes escalations for a person or for a script.</summary>
internal static class EscalationPrinter
{
    public static void PrintList(JsonElement page, string format)
    {
        if (format == OutputFormat.Json)
        {
            Console.WriteLine(page.GetRawText());
            return;
        }

        Print(page.Items("value"));
    }

    public static void Print(JsonElement escalation, string format)
    {
        if (format == OutputFormat.Json)
        {
            Console.WriteLine(escalation.GetRawText());
            return;
        }

        Print([escalation]);
    }

    private static void Print(IEnumerable<JsonElement> escalations)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("NUMBER", "CODE", "SEVERITY", "STATUS", "COUNT", "SINCE", "DETAIL");
        foreach (var each in escalations)
        {
            var status = each.Text("resolvedAt") is not null ? "resolved"
                : each.Text("acknowledgement", "by") is { } by ? $"acknowledged by {by}"
                : each.Text("silencedUntil") is { } until ? $"silenced until {until}"
                : "open";
            table.AddRow(new[] { each.Text("number"), each.Text("code"), each.Text("severity"), status, each.Text("count"), each.Text("raisedAt"), each.Text("detail") }
                .Select(text => Markup.Escape(text ?? string.Empty))
                .ToArray());
        }

        AnsiConsole.Write(table);
    }
}
