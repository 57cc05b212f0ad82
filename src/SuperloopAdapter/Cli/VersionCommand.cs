using System.CommandLine;
using System.Text;
using SuperloopAdapter.Serving;

namespace SuperloopAdapter.Cli;

/// <summary><c>version</c>: which build this is, as a service of it names itself.</summary>
internal static class VersionCommand
{
    public static Command Make(CommandParts shared)
    {
        var command = new Command("version", "Writes the id of this build; GET /healthz of a service of it names the same.");
        command.SetAction((_, cancellation) => shared.GuardAsync(async () =>
        {
            await shared.Output.WriteAsync(Encoding.UTF8.GetBytes($"{{\"ok\":true,\"build\":\"{RunningBuild.Id}\"}}\n"), cancellation);
            return ExitCodes.Success;
        }));
        return command;
    }
}
