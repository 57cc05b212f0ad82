using System.CommandLine;
using System.Globalization;
using OpsManager.RecordedRun;

var scenario = new Option<DirectoryInfo>("--scenario") { Description = "Folder of the recorded scenario", Required = true };
var repository = new Option<DirectoryInfo>("--repo") { Description = "Repository to play it into", Required = true };
var from = new Option<int>("--from") { Description = "First step to play, from 0" };
var count = new Option<int?>("--steps") { Description = "How many steps to play; all by default" };
var pace = new Option<double>("--pace") { Description = "Seconds between two event lines; 0 plays at once", DefaultValueFactory = _ => 0.3 };
var settle = new Option<double>("--settle") { Description = "Seconds between two steps", DefaultValueFactory = _ => 1 };

var command = new RootCommand("Plays a recorded Superloop run into a repository, as if the runtime were at work.") { scenario, repository, from, count, pace, settle };
command.SetAction(async (result, cancellationToken) =>
{
    var recorded = RecordedScenario.Open(result.GetRequiredValue(scenario).FullName);
    using var played = new PlayedRepository(result.GetRequiredValue(repository).FullName);
    var steps = recorded.StepPaths.Skip(result.GetValue(from)).Take(result.GetValue(count) ?? int.MaxValue);
    foreach (var step in steps)
    {
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{recorded.Name}: {Path.GetFileName(step)}"));
        foreach (var _ in played.Play(step))
        {
            await Task.Delay(TimeSpan.FromSeconds(result.GetValue(pace)), cancellationToken);
        }

        await Task.Delay(TimeSpan.FromSeconds(result.GetValue(settle)), cancellationToken);
    }

    return 0;
});
return await command.Parse(args).InvokeAsync();
