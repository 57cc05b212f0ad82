using System.CommandLine;
using System.Text.Json.Nodes;
using Ops.Cli.Output;

namespace Ops.Cli.Commands;

/// <summary><c>escalations ...</c>: read, acknowledge and silence what runs have to say.</summary>
internal static class EscalationsCommand
{
    private static Argument<string> RunId => new("runId") { Description = "The Loop Run" };

    public static Command Create()
    {
        var command = new Command("escalations", "List and acknowledge the escalations of a Loop Run; silence them for a time") { List(), Acknowledge() };
        foreach (var silence in SilenceCommands.Create())
        {
            command.Add(silence);
        }

        return command;
    }

    private static Command List()
    {
        var runId = RunId;
        var output = OutputFormat.Option();
        var command = new Command("list", "List the escalations of a run") { runId, output };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            var printer = EscalationPrinter.List(parsed.Format(output));
            await foreach (var escalation in client.ReadAllAsync(RunsCommand.PathOf(parsed.GetValue(runId)!) + "/escalations?limit=500", cancellationToken))
            {
                printer.Add(escalation);
            }

            printer.End();
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Acknowledge()
    {
        var runId = RunId;
        var number = new Argument<long>("number") { Description = "The escalation's number" };
        var note = new Option<string?>("--note") { Description = "What there is to say" };
        var output = OutputFormat.Option();
        var command = new Command("acknowledge", "Say that somebody takes care of an escalation: it is not sent again") { runId, number, note, output };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            var body = new JsonObject();
            if (parsed.GetValue(note) is { } text)
            {
                body["note"] = text;
            }

            var path = $"{RunsCommand.PathOf(parsed.GetValue(runId)!)}/escalations/{parsed.GetValue(number)}/acknowledge";
            var printer = EscalationPrinter.List(parsed.Format(output));
            printer.Add(await client.PostAsync(path, body, null, cancellationToken));
            printer.End();
            return ExitCodes.Ok;
        });
        return command;
    }
}
