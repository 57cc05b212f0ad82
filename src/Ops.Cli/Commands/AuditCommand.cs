using System.CommandLine;
using Ops.Cli.Output;

namespace Ops.Cli.Commands;

/// <summary><c>runs audit</c>: who did what, when, why, and whether it happened.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var runId = new Argument<string>("runId") { Description = "The Loop Run" };
        var output = OutputFormat.Option();
        var command = new Command("audit", "Tell who did what to a run, when, why, and whether it happened") { runId, output };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            var printer = new AuditPrinter(parsed.Format(output));
            await foreach (var entry in client.ReadAllAsync(RunsCommand.PathOf(parsed.GetValue(runId)!) + "/audit?limit=500", cancellationToken))
            {
                printer.Print(entry);
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
