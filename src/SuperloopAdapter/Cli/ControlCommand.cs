using System.CommandLine;
using OpsManager.Contract;
using SuperloopAdapter.Control;

namespace SuperloopAdapter.Cli;

/// <summary><c>control</c>: carries out an intent.</summary>
internal static class ControlCommand
{
    public static Command Make(CommandParts shared)
    {
        var intent = new Argument<string>("intent") { Description = "One of " + string.Join(", ", ControlVerbs.All) + "." };
        intent.AcceptOnlyFromAmong([.. ControlVerbs.All]);
        var by = new Option<string?>("--by") { Description = "Who asks." };
        var note = new Option<string?>("--note") { Description = "Why; at most 4 KiB." };
        var key = new Option<string?>("--idempotency-key") { Description = "Asked again with the same key, the first final result is answered." };
        var noConfirm = new Option<bool>("--no-confirm") { Description = "Answer without a confirming observation." };
        var intentId = new Option<string?>("--intent-id") { Description = "The manager's intent." };
        var runId = new Option<string?>("--run-id") { Description = "The Loop Run; --generation and --order are required with it." };
        var attempt = new Option<int?>("--attempt") { Description = "The attempt of the run." };
        var generation = new Option<int?>("--generation") { Description = "Generation of the engine that asks, from 1." };
        var order = new Option<long?>("--order") { Description = "Rises with every control call of the run." };
        var runtimeRunId = new Option<string?>("--runtime-run-id") { Description = "For a run this adapter did not start: the runtime run id it is followed by." };
        var candidate = new Option<string?>("--candidate-run-id") { Description = "Runtime run id of the candidate to decide on; --candidate-iteration is required with it." };
        var iteration = new Option<long?>("--candidate-iteration") { Description = "Its iteration." };
        var requestedAt = new Option<string?>("--candidate-requested-at") { Description = "When its approval was requested." };
        var command = new Command("control", "Carries out an intent and writes what was done and proven.")
        {
            intent, shared.Repo, shared.Loop, by, note, key, noConfirm, intentId, runId, attempt, generation, order, runtimeRunId, candidate, iteration, requestedAt, shared.Trace,
        };
        command.SetAction((parsed, cancellation) => shared.GuardAsync(async () =>
        {
            using var adapter = shared.Open(parsed);
            var answer = await adapter.ControlAsync(
                new ControlRequest
                {
                    LoopId = parsed.GetRequiredValue(shared.Loop),
                    Intent = parsed.GetRequiredValue(intent),
                    By = parsed.GetValue(by),
                    Note = parsed.GetValue(note),
                    IdempotencyKey = parsed.GetValue(key),
                    NoConfirm = parsed.GetValue(noConfirm),
                    TraceId = parsed.GetValue(shared.Trace),
                    IntentId = parsed.GetValue(intentId),
                    RunId = parsed.GetValue(runId),
                    Attempt = parsed.GetValue(attempt),
                    Generation = parsed.GetValue(generation),
                    Order = parsed.GetValue(order),
                    RuntimeRunId = parsed.GetValue(runtimeRunId),
                    Candidate = (parsed.GetValue(candidate), parsed.GetValue(iteration)) switch
                    {
                        ({ } id, { } number) => new ControlCandidate { RuntimeRunId = id, Iteration = number, RequestedAt = parsed.GetValue(requestedAt) },
                        (null, null) => null,
                        _ => throw new AdapterException(AdapterError.InvalidRequest("--candidate-run-id and --candidate-iteration belong together")),
                    },
                },
                cancellation);
            await shared.Output.WriteAsync(WireJson.Write(answer), cancellation);
            await shared.Output.WriteAsync("\n"u8.ToArray(), cancellation);
            return answer.ExitCode switch { 0 => ExitCodes.Success, 2 => ExitCodes.ControlAmbiguous, _ => ExitCodes.ControlRefused };
        }));
        return command;
    }
}
