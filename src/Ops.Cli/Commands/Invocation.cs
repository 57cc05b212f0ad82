using System.CommandLine;
using Ops.Cli.Api;

namespace Ops.Cli.Commands;

/// <summary>Runs a command's work with a client and turns what goes wrong into a message and an exit code.</summary>
internal static class Invocation
{
    public static void Runs(this Command command, Func<ManagerClient, ParseResult, CancellationToken, Task<int>> work) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                using var client = ManagerClient.FromEnvironment(Actor.Read(parsed));
                return await work(client, parsed, cancellationToken);
            }
            catch (ManagerException exception)
            {
                await Console.Error.WriteLineAsync($"ops: {exception.Message}");
                return exception.ExitCode;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Ctrl-C is how one stops watching.
                return ExitCodes.Interrupted;
            }
        });
}
