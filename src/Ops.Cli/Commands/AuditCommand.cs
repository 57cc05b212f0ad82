using System.CommandLine;
using Ops.Cli.Api;
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
            var printer = new AuditPrinter(parsed.GetValue(output)!);
            var path = RunsCommand.PathOf(parsed.GetValue(runId)!) + "/audit?limit=500";
            while (path is not null)
            {
                var page = await client.GetAsync(path, cancellationToken);
                foreach (var entry in page.Items("value"))
                {
                    printer.Print(entry);
                }

                // Links carry the manager's outer address, which need not be the one it is called at.
                path = page.Text("nextLink") is { } next ? new Uri(next).PathAndQuery : null;
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
