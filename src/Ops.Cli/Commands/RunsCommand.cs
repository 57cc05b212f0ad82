using System.CommandLine;
using System.Text.Json.Nodes;
using Ops.Cli.Api;
using Ops.Cli.Output;

namespace Ops.Cli.Commands;

/// <summary><c>runs ...</c>: start, list, show, watch, read, control and delete Loop Runs.</summary>
internal static class RunsCommand
{
    // What the API gives at once at most.
    private const int LargestPage = 200;

    private static Argument<string> RunId => new("runId") { Description = "The Loop Run" };

    public static Command Create()
    {
        var command = new Command("runs", "Start, list, show, watch, control and delete Loop Runs")
        {
            Start(), List(), Show(), Watch(), Events(), Nudge(), AuditCommand.Create(), RunDiagnosticsCommand.Create(RunId), PolicyCommand.Create(RunId), RunDeleteCommand.Create(RunId),
        };
        foreach (var further in ReadingCommands.Create().Concat(IntentCommands.Create()))
        {
            command.Add(further);
        }

        return command;
    }

    public static string PathOf(string runId) => $"/api/runs/{Uri.EscapeDataString(runId)}";

    private static Command Start()
    {
        var loop = new Option<string>("--loop") { Description = "The loop's id", Required = true };
        var sprite = new Option<string>("--sprite") { Description = "The sprite's name; one live run at a time holds it", Required = true };
        var endpoint = new Option<string>("--endpoint") { Description = "Address of the adapter in the sprite", Required = true };
        var tokenName = new Option<string?>("--token-name") { Description = "Name of the manager's setting that holds the adapter's token" };
        var launch = new Option<string>("--launch") { Description = "Adopt the loop's newest run, or launch a new one", DefaultValueFactory = _ => "attach" };
        launch.AcceptOnlyFromAmong("attach", "start");
        var profile = new Option<string?>("--profile") { Description = "Set of thresholds: strict, balanced or relaxed" };
        var workspace = new Option<string?>("--workspace") { Description = "A grouping of your own" };
        var label = new Option<string[]>("--label") { Description = "key=value; may be given more than once" };
        var key = new Option<string?>("--idempotency-key") { Description = "The same key gives the same run, however often it is sent" };
        var output = OutputFormat.Option(OutputFormat.Id);
        var command = new Command("start", "Start a Loop Run, or attach one to a loop that runs already") { loop, sprite, endpoint, tokenName, launch, profile, workspace, label, key, output };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            var body = new JsonObject
            {
                ["launch"] = parsed.GetValue(launch),
                ["loopId"] = parsed.GetValue(loop),
                ["sprite"] = Present(("name", parsed.GetValue(sprite)), ("endpoint", parsed.GetValue(endpoint)), ("tokenName", parsed.GetValue(tokenName))),
            };
            foreach (var (name, value) in Present(("profile", parsed.GetValue(profile)), ("workspace", parsed.GetValue(workspace))))
            {
                body[name] = value?.DeepClone();
            }

            if (parsed.GetValue(label) is { Length: > 0 } labels)
            {
                body["labels"] = Labels(labels);
            }

            var run = await client.PostAsync("/api/runs", body, parsed.GetValue(key), cancellationToken);
            RunPrinter.Print(run, parsed.Format(output));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command List()
    {
        var state = new Option<string?>("--state") { Description = "Only runs in this state" };
        var health = new Option<string?>("--health") { Description = "Only runs with this health: healthy, degraded or critical" };
        var repo = new Option<string?>("--repo") { Description = "Only runs of this repository path" };
        var workspace = new Option<string?>("--workspace") { Description = "Only runs of this workspace" };
        var label = new Option<string?>("--label") { Description = "Only runs with this label, key or key=value" };
        var attention = new Option<bool>("--needs-attention") { Description = "Only runs that somebody must look at" };
        var limit = new Option<int>("--limit") { Description = "At most this many", DefaultValueFactory = _ => 50 };
        var output = OutputFormat.Option();
        var command = new Command("list", "List Loop Runs, newest first") { state, health, repo, workspace, label, attention, limit, output };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            var most = parsed.GetValue(limit);
            if (most < 1)
            {
                throw new ManagerException(ExitCodes.Usage, $"--limit takes a number from 1 on; '{most}' is none.");
            }

            var query = string.Concat(
                new[] { ("state", parsed.GetValue(state)), ("health", parsed.GetValue(health)), ("repo", parsed.GetValue(repo)), ("workspace", parsed.GetValue(workspace)), ("label", parsed.GetValue(label)), ("needsAttention", parsed.GetValue(attention) ? "true" : null) }
                    .Where(item => item.Item2 is not null)
                    .Select(item => $"&{item.Item1}={Uri.EscapeDataString(item.Item2!)}"));
            var printer = RunPrinter.List(parsed.Format(output));
            var listed = 0;
            var more = false;

            // One more than is written, where a page holds it: it tells whether there are more.
            await foreach (var run in client.ReadAllAsync($"/api/runs?limit={Math.Min(most, LargestPage - 1) + 1}{query}", cancellationToken))
            {
                more = listed == most;
                if (more)
                {
                    break;
                }

                printer.Add(run);
                listed++;
            }

            printer.End();
            if (more)
            {
                await Console.Error.WriteLineAsync($"ops: there are more than {most}; raise --limit");
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Show()
    {
        var runId = RunId;
        var output = OutputFormat.Option();
        var command = new Command("show", "Show one Loop Run") { runId, output };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            RunPrinter.Print(await client.GetAsync(PathOf(parsed.GetValue(runId)!), cancellationToken), parsed.Format(output));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Watch()
    {
        var runId = RunId;
        var output = OutputFormat.Option();
        var command = new Command("watch", "Follow a Loop Run until it ends; exit code 0 if it completed, 6 if it ended otherwise") { runId, output };
        command.Runs((client, parsed, cancellationToken) => new RunWatcher(client, parsed.GetValue(runId)!, parsed.Format(output)).WatchAsync(cancellationToken));
        return command;
    }

    private static Command Events()
    {
        var runId = RunId;
        var after = new Option<string?>("--after") { Description = "Cursor to begin after" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Wait for further events until the run has ended; Ctrl-C ends it before" };
        var command = new Command("events", "Write a run's events, one JSON document a line") { runId, after, follow };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            var path = PathOf(parsed.GetValue(runId)!);
            var cursor = parsed.GetValue(after);
            var wait = parsed.GetValue(follow) ? 20 : 0;
            while (true)
            {
                var page = await client.GetAsync(EventPages.Path(path, cursor, wait), cancellationToken);
                var written = 0;
                foreach (var item in page.Items("value"))
                {
                    Console.WriteLine(item.GetRawText());
                    written++;
                }

                cursor = page.Text("cursor") ?? cursor;

                // The manager holds no answer back for an ended run: to follow it further would be to ask without pause.
                if (written == 0 && (wait == 0 || page.Member("ended")?.GetBoolean() == true))
                {
                    return ExitCodes.Ok;
                }
            }
        });
        return command;
    }

    private static Command Nudge()
    {
        var runId = RunId;
        var command = new Command("nudge", "Have the manager look at a run now") { runId };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            await client.PostAsync(PathOf(parsed.GetValue(runId)!) + "/nudge", null, null, cancellationToken);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static JsonObject Present(params ReadOnlySpan<(string Name, string? Value)> members)
    {
        var result = new JsonObject();
        foreach (var (name, value) in members)
        {
            if (value is not null)
            {
                result[name] = value;
            }
        }

        return result;
    }

    private static JsonObject Labels(string[] labels)
    {
        var result = new JsonObject();
        foreach (var label in labels)
        {
            var split = label.IndexOf('=', StringComparison.Ordinal);
            if (split <= 0)
            {
                throw new ManagerException(ExitCodes.Usage, $"--label takes key=value; '{label}' has no key or no '='.");
            }

            result[label[..split]] = label[(split + 1)..];
        }

        return result;
    }
}
