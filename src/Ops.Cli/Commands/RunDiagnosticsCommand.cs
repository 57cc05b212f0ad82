using System.CommandLine;
using Ops.Cli.Output;

namespace Ops.Cli.Commands;

/// <summary><c>runs diagnostics</c>: what the sprite showed of each attempt.</summary>
internal static class RunDiagnosticsCommand
{
    public static Command Create(Argument<string> runId)
    {
        var refresh = new Option<bool>("--refresh") { Description = "Ask the sprite now as well" };
        var limit = new Option<int>("--limit") { Description = "At most so many attempts, newest first", DefaultValueFactory = _ => 1 };
        var output = OutputFormat.Option();
        var command = new Command("diagnostics", "Show the ends of output and role log and the processes, kept at every end and before every relaunch") { runId, refresh, limit, output };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            var query = $"?limit={parsed.GetValue(limit)}&refresh={(parsed.GetValue(refresh) ? "true" : "false")}";
            var page = await client.GetAsync(RunsCommand.PathOf(parsed.GetValue(runId)!) + "/diagnostics" + query, cancellationToken);
            DiagnosticsPrinter.Print(page, parsed.Format(output));
            return ExitCodes.Ok;
        });
        return command;
    }
}
