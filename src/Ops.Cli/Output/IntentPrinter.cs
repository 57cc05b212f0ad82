using System.Text.Json;
using Ops.Cli.Api;
using Ops.Cli.Commands;
using Spectre.Console;

namespace Ops.Cli.Output;

/// <summary>Writes an intent for a person or for a script.</summary>
internal static class IntentPrinter
{
    public static void Print(JsonElement intent, string format)
    {
        switch (format)
        {
            case OutputFormat.Json:
                Console.WriteLine(intent.GetRawText());
                break;
            case OutputFormat.Id:
                Console.WriteLine(intent.Text("id"));
                break;
            default:
                foreach (var step in intent.Items("steps"))
                {
                    PrintStep(intent, step);
                }

                break;
        }
    }

    /// <summary>One step, one line.</summary>
    public static void PrintStep(JsonElement intent, JsonElement step)
    {
        var why = string.Join(": ", new[] { step.Text("code"), step.Text("evidence") }.Where(static text => !string.IsNullOrEmpty(text)));
        AnsiConsole.MarkupLineInterpolated($"[grey]{step.Text("at") ?? string.Empty}[/] {intent.Text("verb") ?? string.Empty} {intent.Text("id") ?? string.Empty} [bold]{step.Text("status") ?? string.Empty}[/] by {step.Text("by") ?? string.Empty} [grey]{why}[/]");
    }
}
