using System.CommandLine;

namespace Ops.Cli.Commands;

/// <summary><c>runs delete</c>: delete a Loop Run that has ended.</summary>
internal static class RunDeleteCommand
{
    public static Command Create(Argument<string> runId)
    {
        var releaseClaim = new Option<bool>("--release-claim")
        {
            Description = "For a run that ended without proof that nothing of it lives: give its sprite back all the same",
        };
        var command = new Command("delete", "Delete a Loop Run that has ended; its events, snapshots and diagnostics go with it") { runId, releaseClaim };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            var query = parsed.GetValue(releaseClaim) ? "?releaseClaim=true" : string.Empty;
            await client.DeleteAsync(RunsCommand.PathOf(parsed.GetValue(runId)!) + query, cancellationToken);
            return ExitCodes.Ok;
        });
        return command;
    }
}
