using System.Text.Json.Nodes;
using OpsManager.SuperloopSimulator.Scenario;

namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>What has to last from one process to the next beside the artifacts: which run this is, and how the work tree looks.</summary>
internal sealed class LoopMemory
{
    private readonly string _path;

    private LoopMemory(string path, int run, string codeSignature) => (_path, Run, CodeSignature) = (path, run, codeSignature);

    public int Run { get; private set; }

    /// <summary>"empty" is the runtime's word for a clean work tree.</summary>
    public string CodeSignature { get; private set; }

    public static LoopMemory Open(string repository, string loopId)
    {
        var path = Path.Combine(ScenarioFiles.FolderIn(repository), loopId + ".memory.json");
        var stored = JsonText.TryRead(path);
        return new LoopMemory(path, stored.Number("run") ?? 0, stored.Text("codeSignature") ?? "empty");
    }

    public void BeginRun()
    {
        Run++;
        Save();
    }

    public void CodeChanged(string signature)
    {
        CodeSignature = signature;
        Save();
    }

    private void Save()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.WriteAllText(_path, JsonText.Pretty(new JsonObject { ["run"] = Run, ["codeSignature"] = CodeSignature }));
    }
}
