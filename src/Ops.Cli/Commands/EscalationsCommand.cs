using System.CommandLine;
using System.Text.Json.Nodes;
using Ops.Cli.Output;

namespace Ops.Cli.Commands;

/// <summary><c>escalations ...</c>: read and acknowledge what a run has to say.</summary>
internal static class EscalationsCommand
{
    private static Argument<string> RunId => new("runId") { Description = "The Loop Run" };

    public static Command Create() => new("escalations", "List and acknowledge the escalations of a Loop Run") { List(), Acknowledge() };

    private static Command List()
    {
        var runId = RunId;
        var output = OutputFormat.Option();
        var command = new Command("list", "List the escalations of a run") { runId, output };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            var page = await client.GetAsync(RunsCommand.PathOf(parsed.GetValue(runId)!) + "/escalations?limit=500", cancellationToken);
            EscalationPrinter.PrintList(page, parsed.GetValue(output)!);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Acknowledge()
    {
        var runId = RunId;
        var number = new Argument<long>("number") { Description = "The escalation's number" };
        var by = new Option<string>("--by") { Description = "Who takes care of it", DefaultValueFactory = _ => Environment.UserName };
        var note = new Option<string?>("--note") { Description = "What there is to say" };
        var output = OutputFormat.Option();
        var command = new Command("acknowledge", "Say that somebody takes care of an escalation: it is not sent again") { runId, number, by, note, output };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            var body = new JsonObject { ["by"] = parsed.GetValue(by) };
            if (parsed.GetValue(note) is { } text)
            {
                body["note"] = text;
            }

            var path = $"{RunsCommand.PathOf(parsed.GetValue(runId)!)}/escalations/{parsed.GetValue(number)}/acknowledge";
            EscalationPrinter.Print(await client.PostAsync(path, body, null, cancellationToken), parsed.GetValue(output)!);
            return ExitCodes.Ok;
        });
        return command;
    }
}
