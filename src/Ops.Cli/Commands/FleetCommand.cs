using System.CommandLine;
using Ops.Cli.Api;
using Ops.Cli.Output;

namespace Ops.Cli.Commands;

/// <summary><c>fleet</c>: how all runs are.</summary>
internal static class FleetCommand
{
    public static Command Create()
    {
        var output = OutputFormat.Option();
        var command = new Command("fleet", "Count the runs by state and health and name those that need somebody, failing sinks, and what ails the manager itself") { output, RebuildIndex() };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            FleetPrinter.Print(await client.GetAsync("/api/fleet", cancellationToken), parsed.Format(output));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command RebuildIndex()
    {
        var command = new Command("rebuild-index", "Make the list of runs anew from the runs themselves; needs the master key in OPS_KEY");
        command.Runs(async (client, _, cancellationToken) =>
        {
            var rebuilt = await client.PostAsync("/api/index/rebuild", null, null, cancellationToken);
            Console.WriteLine($"{rebuilt.Text("runs")} runs");
            return ExitCodes.Ok;
        });
        return command;
    }
}
