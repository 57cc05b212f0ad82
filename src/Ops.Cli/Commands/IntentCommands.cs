using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ops.Cli.Api;
using Ops.Cli.Output;

namespace Ops.Cli.Commands;

/// <summary><c>runs pause|resume|cancel|force-cancel|declare-lost|approve|reject|relaunch</c>: ask something of a run and see what becomes of it.</summary>
internal static class IntentCommands
{
    public static IEnumerable<Command> Create() =>
    [
        Ask("pause", "Stop the leader; the role in flight ends by itself, nothing new begins"),
        Ask("resume", "Let a paused run go on"),
        Ask("cancel", "End a run, with proof that nothing of it lives"),
        Ask("force_cancel", "Kill every process of a run: after a cancel and its grace, or to reap what an ended run left"),
        Ask("declare_lost", "Declare that the sprite is gone for good: the run ends lost; only while its adapter cannot be reached"),
        Ask("approve", "Decide for the candidate that waits"),
        Ask("reject", "Decide against the candidate that waits"),
        Ask("relaunch", "Launch the runtime again, so that it takes up a decision"),
    ];

    private static Command Ask(string verb, string description)
    {
        var runId = new Argument<string>("runId") { Description = "The Loop Run" };
        var note = new Option<string?>("--note") { Description = "Why; kept with the intent and handed to the runtime" };
        var wait = new Option<bool>("--wait", "-w") { Description = "Wait until it is final; exit code 0 if it is confirmed, 3 if it is refused, 5 if it ended otherwise" };
        var key = new Option<string?>("--idempotency-key") { Description = "The same key gives the same intent, however often it is sent" };
        var output = OutputFormat.Option(OutputFormat.Id);
        var command = new Command(verb.Replace('_', '-'), description) { runId, note, wait, key, output };

        // What a decision is about may be named, so that it cannot meet another candidate than the one that was looked at.
        var candidateRun = new Option<string?>("--candidate-run") { Description = "Runtime run id of the candidate meant, as the run shows it; with --candidate-iteration" };
        var candidateIteration = new Option<long?>("--candidate-iteration") { Description = "Its iteration" };
        if (verb is "approve" or "reject")
        {
            command.Add(candidateRun);
            command.Add(candidateIteration);
        }

        command.Runs(async (client, parsed, cancellationToken) =>
        {
            var body = new JsonObject { ["verb"] = verb };
            if (parsed.GetValue(note) is { Length: > 0 } why)
            {
                body["note"] = why;
            }

            if (verb is "approve" or "reject")
            {
                AddCandidate(body, parsed.GetValue(candidateRun), parsed.GetValue(candidateIteration));
            }

            var path = RunsCommand.PathOf(parsed.GetValue(runId)!) + "/intents";
            var format = parsed.Format(output);
            var intent = await client.PostAsync(path, body, parsed.GetValue(key), cancellationToken);
            if (!parsed.GetValue(wait))
            {
                IntentPrinter.Print(intent, format);
                return ExitCodes.Ok;
            }

            var final = await new IntentWatcher(client, $"{path}/{Uri.EscapeDataString(intent.Text("id")!)}").WatchAsync(intent, format, cancellationToken);
            return ExitCodeOf(final);
        });
        return command;
    }

    private static void AddCandidate(JsonObject body, string? runtimeRun, long? iteration)
    {
        if (runtimeRun is null && iteration is null)
        {
            return;
        }

        if (runtimeRun is null || iteration is null)
        {
            throw new ManagerException(ExitCodes.Usage, "--candidate-run and --candidate-iteration belong together.");
        }

        body["candidate"] = new JsonObject { ["runtimeRunId"] = runtimeRun, ["iteration"] = iteration };
    }

    private static int ExitCodeOf(JsonElement intent) => intent.Text("status") switch
    {
        "confirmed" => ExitCodes.Ok,
        "refused" => ExitCodes.Refused,
        _ => ExitCodes.IntentNotConfirmed,
    };
}
