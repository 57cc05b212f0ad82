using OpsManager.Testing.Corpus;

namespace SuperloopAdapter.Tests;

/// <summary>A repository of its own for one test.</summary>
public sealed class TempRepository : IDisposable
{
    public const string LoopId = "demo-loop";

    public TempRepository() => Path = Directory.CreateTempSubdirectory("adapter-").FullName;

    public string Path { get; }

    public string LogPath => File("loops/" + LoopId + "/events.jsonl");

    public static TempRepository Of(CorpusStep step)
    {
        var repository = new TempRepository();
        step.MoveTreeTo(repository.Path);
        return repository;
    }

    public static TempRepository Of(string stepId) => Of(CorpusLibrary.Step(stepId));

    /// <summary>Absolute path of a file below <c>.superloop</c>.</summary>
    public string File(string relative) => System.IO.Path.Combine(Path, ".superloop", relative);

    public void Write(string relative, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(relative))!);
        System.IO.File.WriteAllText(File(relative), text);
    }

    public string Read(string relative) => System.IO.File.ReadAllText(File(relative));

    public string[] Lines(string relative) => System.IO.File.ReadAllLines(File(relative));

    public void AppendLog(string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(LogPath)!);
        System.IO.File.AppendAllText(LogPath, text);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
