using System.CommandLine;
using System.Text.Json;
using Ops.Cli.Api;
using Ops.Cli.Output;

namespace Ops.Cli.Commands;

/// <summary><c>runs transitions|intents|snapshot|snapshots</c>: read what is kept of a run.</summary>
internal static class ReadingCommands
{
    private static Argument<string> RunId => new("runId") { Description = "The Loop Run" };

    public static IEnumerable<Command> Create() => [Transitions(), Intents(), Snapshot(), Snapshots()];

    private static Command Transitions() => List(
        "transitions",
        "List the lifecycle steps of a run, each with the rule that decided and its evidence",
        static path => path + "/transitions?limit=500",
        ["NUMBER", "AT", "FROM", "TO", "REASON", "BY", "EVIDENCE"],
        static step => [step.Text("number"), step.Text("at"), step.Text("from"), step.Text("to"), step.Text("reason"), step.Text("by"), step.Text("evidence")]);

    private static Command Intents() => List(
        "intents",
        "List what was asked of a run and what became of it",
        static path => path + "/intents?limit=500",
        ["NUMBER", "ID", "VERB", "STATUS", "BY", "ASKED", "NOTE"],
        static intent => [intent.Text("number"), intent.Text("id"), intent.Text("verb"), intent.Text("status"), intent.Text("by"), intent.Text("acceptedAt"), intent.Text("note")]);

    private static Command Snapshots() => List(
        "snapshots",
        "List the stored snapshots of a run, newest first; --json has them whole",
        static path => path + "/snapshots",
        ["SEQUENCE", "RECEIVED", "EVENTS", "STATUS"],
        static snapshot => [snapshot.Text("sequence"), snapshot.Text("receivedAt"), snapshot.Text("eventSequence"), snapshot.Text("envelope", "run", "status")]);

    private static Command Snapshot()
    {
        var runId = RunId;
        var command = new Command("snapshot", "Write the latest stored snapshot of a run as JSON") { runId };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            Console.WriteLine((await client.GetAsync(RunsCommand.PathOf(parsed.GetValue(runId)!) + "/snapshot", cancellationToken)).GetRawText());
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>A list, to its last page: a table, or one JSON document a line.</summary>
    private static Command List(string name, string description, Func<string, string> pathOf, string[] columns, Func<JsonElement, string?[]> cells)
    {
        var runId = RunId;
        var output = OutputFormat.Option();
        var command = new Command(name, description) { runId, output };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            var printer = new ListPrinter(columns, cells, parsed.Format(output));
            await foreach (var item in client.ReadAllAsync(pathOf(RunsCommand.PathOf(parsed.GetValue(runId)!)), cancellationToken))
            {
                printer.Add(item);
            }

            printer.End();
            return ExitCodes.Ok;
        });
        return command;
    }
}
