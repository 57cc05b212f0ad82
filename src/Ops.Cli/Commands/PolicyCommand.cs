using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ops.Cli.Api;
using Ops.Cli.Output;

namespace Ops.Cli.Commands;

/// <summary><c>runs policy</c>: show the thresholds of a run, or change them.</summary>
internal static class PolicyCommand
{
    private const int MostTries = 10;

    public static Command Create(Argument<string> runId)
    {
        var set = new Option<string[]>("--set") { Description = "name=value, such as stallCritical=00:20:00; value none takes a limit away, or brings the profile's back. May be given more than once" };
        var action = new Option<string[]>("--action") { Description = "policy=escalate|pause|cancel, such as maxActiveDuration=pause. May be given more than once" };
        var mute = new Option<string?>("--mute-until") { Description = "Record escalations until then and send none: a time as 2030-01-01T16:00:00Z, or a span such as 2h or 30m; none ends it" };
        var note = new Option<string?>("--note") { Description = "Why; kept in the audit trail" };
        var output = OutputFormat.Option();
        var command = new Command("policy", "Show the thresholds and actions of a run; with --set, --action or --mute-until change them") { runId, set, action, mute, note, output };
        command.Runs(async (client, parsed, cancellationToken) =>
        {
            var path = RunsCommand.PathOf(parsed.GetValue(runId)!);
            var run = await client.GetAsync(path, cancellationToken);
            if (Change(parsed.GetValue(set) ?? [], parsed.GetValue(action) ?? [], parsed.GetValue(mute)) is { Count: > 0 } change)
            {
                if (parsed.GetValue(note) is { Length: > 0 } why)
                {
                    change["note"] = why;
                }

                run = await ChangeAsync(client, path, run, change, cancellationToken);
            }

            PolicyPrinter.Print(run, parsed.Format(output));
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>
    /// A change that somebody else makes meanwhile is not overwritten. What the run itself does raises its revision too, and is no reason not
    /// to change its policy.
    /// </summary>
    private static async Task<JsonElement> ChangeAsync(ManagerClient client, string path, JsonElement run, JsonObject change, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await client.PatchAsync(path + "/policy", change, $"\"{run.Text("revision")}\"", cancellationToken);
            }
            catch (ManagerException refused) when (refused.Status == HttpStatusCode.PreconditionFailed && tries < MostTries)
            {
                var read = await client.GetAsync(path, cancellationToken);
                if (PolicyOf(read) != PolicyOf(run))
                {
                    throw;
                }

                run = read;
            }
        }

        static string? PolicyOf(JsonElement run) => run.Member("policy")?.GetRawText();
    }

    private static JsonObject Change(string[] values, string[] actions, string? mute)
    {
        var change = new JsonObject();
        foreach (var (name, value) in values.Select(static item => Split("--set", item)))
        {
            change[name] = value == "none" ? null : long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : value;
        }

        if (actions.Length > 0)
        {
            change["actions"] = new JsonObject(actions.Select(static item => Split("--action", item)).Select(static item => KeyValuePair.Create(item.Name, (JsonNode?)item.Value)));
        }

        if (mute is not null)
        {
            change["muteUntil"] = mute == "none" ? null : Times.Parse("--mute-until", mute);
        }

        return change;
    }

    private static (string Name, string Value) Split(string option, string item)
    {
        var split = item.IndexOf('=', StringComparison.Ordinal);
        return split > 0 ? (item[..split], item[(split + 1)..]) : throw new ManagerException(ExitCodes.Usage, $"{option} takes name=value; '{item}' has no name or no '='.");
    }
}
