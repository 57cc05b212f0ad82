using System.Text.Json.Nodes;
using OpsManager.SuperloopSimulator.Runtime;

namespace SuperloopSimulator.Tests.Support;

/// <summary>One step of a recorded scenario, to compare a simulated repository with.</summary>
internal sealed class RecordedStep(string scenario, string step)
{
    private static readonly HashSet<string> Kept =
        [.. Directory.EnumerateDirectories(BuiltProgram.Corpus, ".superloop", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .SelectMany(root => Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
            .Select(path => Path.GetFileName(path)!)];

    // Prose and per-role accounts: their presence is compared, not their text.
    private static readonly string[] ComparedDocuments =
        ["state.json", "active-run.json", "approval.json", "stuck.json", "run-summary.json", "checklist-status.json", "test-status.json", "prerequisites-status.json", "lifecycle-status.json", "validation-status.json", "evidence.json"];

    private readonly string _folder = Path.Combine(BuiltProgram.Corpus, scenario, step);

    public JsonObject Config => JsonText.TryRead(Path.Combine(_folder, ".superloop", "config.json"))!;

    public int? ExitCode => (JsonText.TryRead(Path.Combine(_folder, "meta.json"))!["lastCommand"] as JsonObject).Number("exitCode");

    public void AssertLike(SimulatedRepository repository)
    {
        var (recorded, simulated) = (Tree.Recorded(_folder), Tree.Of(repository));
        Assert.Equal(recorded.Files(Kept), simulated.Files(Kept));
        foreach (var file in recorded.Files(Kept))
        {
            var name = Path.GetFileName(file);
            if (name == "events.jsonl")
            {
                var loop = Path.GetFileName(Path.GetDirectoryName(file)!);
                Assert.Equal(recorded.Events(loop), simulated.Events(loop));
            }
            else if (name == "decisions.jsonl")
            {
                Assert.Equal(recorded.Lines(file), simulated.Lines(file));
            }
            else if (ComparedDocuments.Contains(name))
            {
                Assert.Equal($"{file} {recorded.Document(file)}", $"{file} {simulated.Document(file)}");
            }
        }
    }
}
