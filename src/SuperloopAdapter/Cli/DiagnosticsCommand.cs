using System.CommandLine;

namespace SuperloopAdapter.Cli;

/// <summary><c>diagnostics</c>: what an operator looks at when something went wrong.</summary>
internal static class DiagnosticsCommand
{
    public static Command Make(CommandParts shared)
    {
        var command = new Command("diagnostics", "Writes the ends of output and role log, the processes and the state of the artifacts, redacted, 48 KiB at most.") { shared.Repo, shared.Loop };
        command.SetAction((parsed, cancellation) => shared.GuardAsync(async () =>
        {
            using var adapter = shared.Open(parsed);
            await shared.Output.WriteAsync(await adapter.DiagnosticsAsync(parsed.GetRequiredValue(shared.Loop), cancellation), cancellation);
            await shared.Output.WriteAsync("\n"u8.ToArray(), cancellation);
            return ExitCodes.Success;
        }));
        return command;
    }
}
