using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ops.Cli.Api;
using Ops.Cli.Output;

namespace Ops.Cli.Commands;

/// <summary><c>escalations silences|silence|unsilence</c>: for a time, send nothing about what matches.</summary>
internal static class SilenceCommands
{
    private const string Path = "/api/silences";
    private static readonly string[] Conditions = ["runId", "reasonCode", "category", "workspace", "label"];
    private static readonly string[] Columns = ["ID", "ACTIVE", "AUTHOR", "UNTIL", "COVERS", "COMMENT"];

    public static IEnumerable<Command> Create() => [List(), Make(), Remove()];

    private static Command List()
    {
        var active = new Option<bool>("--active") { Description = "Only those in force" };
        var output = OutputFormat.Option();
        var command = new Command("silences", "List silences, newest first; those that ended stay for seven days") { active, output };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            var printer = new ListPrinter(Columns, Cells, parsed.Format(output));
            await foreach (var silence in client.ReadAllAsync(Path + (parsed.GetValue(active) ? "?active=true" : string.Empty), cancellationToken))
            {
                printer.Add(silence);
            }

            printer.End();
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Make()
    {
        var until = new Option<string>("--until") { Description = "When it ends: a time as 2030-01-01T16:00:00Z, or a span such as 2h or 30m; at most 30 days from now", Required = true };
        var comment = new Option<string>("--comment") { Description = "Why", Required = true };
        (string Name, Option<string?> Option)[] conditions =
        [
            ("runId", new("--run") { Description = "Only escalations of this run" }),
            ("reasonCode", new("--code") { Description = "Only escalations with this reason code" }),
            ("category", new("--category") { Description = "Only escalations of this category" }),
            ("workspace", new("--workspace") { Description = "Only escalations of runs of this workspace" }),
            ("label", new("--label") { Description = "Only escalations of runs with this label, key or key=value" }),
        ];
        var output = OutputFormat.Option(OutputFormat.Id);
        var command = new Command("silence", "For a time, send nothing about what matches every condition given; it is recorded and shown all the same") { until, comment, output };
        foreach (var (_, option) in conditions)
        {
            command.Add(option);
        }

        command.Runs(async (client, parsed, cancellationToken) =>
        {
            var body = new JsonObject { ["comment"] = parsed.GetValue(comment), ["expiresAt"] = Times.Parse("--until", parsed.GetValue(until)!) };
            foreach (var (name, option) in conditions)
            {
                if (parsed.GetValue(option) is { } value)
                {
                    body[name] = value;
                }
            }

            var made = await client.PostAsync(Path, body, null, cancellationToken);
            if (parsed.Format(output) == OutputFormat.Id)
            {
                Console.WriteLine(made.Text("id"));
                return ExitCodes.Ok;
            }

            var printer = new ListPrinter(Columns, Cells, parsed.Format(output));
            printer.Add(made);
            printer.End();
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Remove()
    {
        var id = new Argument<string>("silenceId") { Description = "The silence" };
        var command = new Command("unsilence", "End a silence; what it covered and is still open is sent") { id };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            await client.DeleteAsync($"{Path}/{Uri.EscapeDataString(parsed.GetValue(id)!)}", cancellationToken);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static string?[] Cells(JsonElement silence)
    {
        var covers = Conditions.Where(name => silence.Text(name) is not null).Select(name => $"{name} {silence.Text(name)}");
        return
        [
            silence.Text("id"),
            silence.Member("active")?.GetBoolean() == true ? "yes" : "no",
            silence.Text("author"),
            silence.Text("expiresAt"),
            string.Join(", ", covers),
            silence.Text("comment"),
        ];
    }
}
