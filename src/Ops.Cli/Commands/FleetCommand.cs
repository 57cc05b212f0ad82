using System.CommandLine;
using Ops.Cli.Output;

namespace Ops.Cli.Commands;

/// <summary><c>fleet</c>: how all runs are.</summary>
internal static class FleetCommand
{
    public static Command Create()
    {
        var output = OutputFormat.Option();
        var command = new Command("fleet", "Count the runs by state and health and name those that need somebody") { output };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            FleetPrinter.Print(await client.GetAsync("/api/fleet", cancellationToken), parsed.GetValue(output)!);
            return ExitCodes.Ok;
        });
        return command;
    }
}
