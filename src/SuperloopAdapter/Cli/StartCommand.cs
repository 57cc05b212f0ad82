using System.CommandLine;
using OpsManager.Contract;

namespace SuperloopAdapter.Cli;

/// <summary><c>start</c>: launches the runtime.</summary>
internal static class StartCommand
{
    public static Command Make(CommandParts shared)
    {
        var runId = new Option<string>("--run-id") { Description = "The Loop Run the process will belong to.", Required = true };
        var attempt = new Option<int>("--attempt") { Description = "Number of the attempt, from 1.", DefaultValueFactory = static _ => 1 };
        var generation = new Option<int>("--generation") { Description = "Generation of the engine that asks, from 1.", DefaultValueFactory = static _ => 1 };
        var order = new Option<long>("--order") { Description = "Rises with every control call of the run.", DefaultValueFactory = static _ => 1 };
        var command = new Command("start", "Launches the runtime for a loop in a session of its own and records how it ends.")
        {
            shared.Repo, shared.Loop, shared.Superloop, runId, attempt, generation, order,
        };
        command.SetAction((parsed, cancellation) => shared.GuardAsync(async () =>
        {
            var launching = shared.LaunchOptionsOf(parsed) ?? throw new AdapterException(AdapterError.InvalidRequest("--superloop is required to start"));
            using var adapter = shared.Open(parsed, launching);
            var request = new StartRequest
            {
                RunId = parsed.GetRequiredValue(runId),
                Attempt = parsed.GetRequiredValue(attempt),
                Generation = parsed.GetRequiredValue(generation),
                Order = parsed.GetRequiredValue(order),
                LoopId = parsed.GetRequiredValue(shared.Loop),
            };
            await shared.Output.WriteAsync(await adapter.StartAsync(request, cancellation), cancellation);
            await shared.Output.WriteAsync("\n"u8.ToArray(), cancellation);
            return ExitCodes.Success;
        }));
        return command;
    }
}
