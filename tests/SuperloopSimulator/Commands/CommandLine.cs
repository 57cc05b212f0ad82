using System.CommandLine;
using OpsManager.SuperloopSimulator.Runtime;
using OpsManager.SuperloopSimulator.Scenario;

namespace OpsManager.SuperloopSimulator.Commands;

/// <summary>The arguments, named as superloop.sh names them.</summary>
internal static class CommandLine
{
    private static readonly Option<DirectoryInfo> Repository = new("--repo") { Description = "Repository root", DefaultValueFactory = _ => new DirectoryInfo(".") };
    private static readonly Option<string> Loop = new("--loop") { Description = "Loop id" };
    private static readonly Option<FileInfo> Config = new("--config") { Description = "Configuration, .superloop/config.json by default" };
    private static readonly Option<FileInfo> Schema = new("--schema") { Description = "Accepted, not used" };
    private static readonly Option<bool> Fast = new("--fast") { Description = "Accepted, not used" };
    private static readonly Option<bool> SkipValidate = new("--skip-validate") { Description = "Start without the validation of the configuration" };
    private static readonly Option<FileInfo> ScenarioFile = new("--scenario") { Description = "Scenario file; the one given to prepare by default" };
    private static readonly Option<double?> Speed = new("--speed") { Description = "How many times faster everything passes; the scenario's by default" };
    private static readonly Option<bool> Reject = new("--reject") { Description = "Record a rejection" };
    private static readonly Option<string> By = new("--by") { Description = "Who decides" };
    private static readonly Option<string> Note = new("--note") { Description = "A note on the decision" };

    public static RootCommand Create()
    {
        var run = new Command("run", "Runs one loop, or all in their order") { Repository, Loop, Config, Schema, Fast, SkipValidate, ScenarioFile, Speed };
        run.SetAction((result, _) =>
        {
            var repository = Folder(result);
            return GuardedAsync(() => new Leader(new RunRequest(
                repository,
                result.GetValue(Loop),
                result.GetValue(Config)?.FullName ?? Path.Combine(repository, ".superloop", "config.json"),
                result.GetValue(SkipValidate),
                result.GetValue(ScenarioFile)?.FullName,
                result.GetValue(Speed))).RunAsync());
        });

        var cancel = new Command("cancel", "Stops whatever runs in the repository") { Repository };
        cancel.SetAction((result, _) => GuardedAsync(() => new CancelCommand(Folder(result), TimeProvider.System).RunAsync()));

        var approve = new Command("approve", "Records a decision on a candidate") { Repository, Loop, Reject, By, Note };
        approve.SetAction((result, _) => GuardedAsync(() =>
        {
            var loop = result.GetValue(Loop) ?? throw RuntimeExit.Die("--loop is required for approve");
            return new ApproveCommand(Folder(result), loop, result.GetValue(Reject), result.GetValue(By), result.GetValue(Note)).RunAsync();
        }));

        var status = new Command("status", "Prints state.json") { Repository };
        status.SetAction((result, _) => GuardedAsync(async () =>
        {
            var state = LoopFolder.StateOf(Folder(result));
            await Console.Out.WriteAsync(File.Exists(state) ? await File.ReadAllTextAsync(state) : "No state file found.\n");
            return 0;
        }));

        var scenario = new Option<FileInfo>("--scenario") { Description = "Scenario file", Required = true };
        var prepare = new Command("prepare", "Sets a repository up for a scenario (not in superloop.sh)") { Repository, scenario, Speed };
        prepare.SetAction((result, _) => GuardedAsync(() =>
        {
            var repository = result.GetRequiredValue(Repository);
            repository.Create();
            return Task.FromResult(new PrepareCommand(repository.FullName, result.GetRequiredValue(scenario).FullName, result.GetValue(Speed)).Run());
        }));

        var schema = new Command("schema", "Prints the JSON schema of scenario files (not in superloop.sh)");
        schema.SetAction(_ => Console.Out.Write(ScenarioFiles.Schema()));
        return new RootCommand("Plays Superloop: same commands, same artifacts, real processes; what happens comes from a scenario file.") { run, cancel, approve, status, prepare, schema };
    }

    private static string Folder(ParseResult result)
    {
        var repository = result.GetRequiredValue(Repository);
        return repository.Exists ? repository.FullName.TrimEnd(Path.DirectorySeparatorChar) : throw RuntimeExit.Die($"no such directory: {repository.FullName}");
    }

    private static async Task<int> GuardedAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (RuntimeExit exit)
        {
            if (exit.Error is not null)
            {
                await Console.Error.WriteLineAsync($"error: {exit.Error}");
            }

            return exit.ExitCode;
        }
    }
}
