using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SuperloopAdapter.Tests;

/// <summary>
/// Makes a repository that the simulator prepared one that a real <c>superloop.sh</c> works in: under git, with an agent that needs
/// no model. The agent sleeps as long as the scenario says and gives the promise in the iteration that it names.
/// </summary>
internal static class RealRepository
{
    private const string Agent =
        """
        #!/usr/bin/env bash
        # Seconds, the iteration of the promise, the file for the last message: it is named after the role.
        echo x >>"$3.count"
        sleep "$1"
        if [ "$(wc -l <"$3.count")" -ge "$2" ]; then
          printf 'worked\n<promise>DONE</promise>\n' | tee "$3"
        else
          printf 'worked\n' | tee "$3"
        fi
        """;

    public static async Task PrepareAsync(string repository, string loops, double speed)
    {
        var agent = Path.Combine(repository, ".git", "agent.sh");
        await RunAsync("git", "init", "-q", "-b", "main", repository);
        await File.WriteAllTextAsync(Path.Combine(repository, ".git", "info", "exclude"), ".superloop/\nscenario.json\n.superloop-simulator/\n");
        await File.WriteAllTextAsync(agent, Agent);
        await RunAsync("chmod", "+x", agent);
        await RunAsync("git", "-C", repository, "-c", "user.email=test@example.org", "-c", "user.name=Test", "commit", "-q", "--allow-empty", "-m", "Begin");

        using var scenario = JsonDocument.Parse(loops);
        var path = Path.Combine(repository, ".superloop", "config.json");
        var config = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        foreach (var loop in scenario.RootElement.EnumerateArray())
        {
            var configured = config["loops"]!.AsArray().Single(l => l!["id"]!.GetValue<string>() == loop.GetProperty("id").GetString())!;
            var seconds = loop.TryGetProperty("roleMs", out var ms) ? ms.GetDouble() / speed / 1000 : 0;
            var promise = loop.TryGetProperty("promiseAt", out var at) && at.GetArrayLength() > 0 ? at[0].GetInt32() : 1;
            config["runners"]!["simulated"] = new JsonObject
            {
                ["command"] = new JsonArray(agent),
                ["args"] = new JsonArray(seconds.ToString(CultureInfo.InvariantCulture), promise.ToString(CultureInfo.InvariantCulture), "{last_message_file}"),
                ["prompt_mode"] = "stdin",
            };
            configured["lifecycle"]!["main_ref"] = "main";
            configured["lifecycle"]!["no_fetch"] = true;
            foreach (var (role, limit) in configured["timeouts"]!.AsObject().Where(static t => t.Value is JsonValue value && value.GetValueKind() == JsonValueKind.Number).ToList())
            {
                // Whole seconds, and at the speed of the scenario.
                configured["timeouts"]![role] = (int)Math.Ceiling(limit!.GetValue<double>() / speed);
            }
        }

        await File.WriteAllTextAsync(path, config.ToJsonString());
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = RealProcess.Start(program, null, arguments);
        var errors = await process.Process.StandardError.ReadToEndAsync();
        await process.Process.WaitForExitAsync();
        Assert.True(process.Process.ExitCode == 0, errors);
    }
}
