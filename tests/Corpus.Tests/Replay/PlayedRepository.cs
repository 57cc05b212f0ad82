using System.Globalization;
using System.Text;
using OpsManager.Testing.Corpus;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Processes;

namespace OpsManager.Corpus.Tests.Replay;

/// <summary>A repository that is moved from one recorded moment to the next, with the processes and the launcher's records of each.</summary>
internal sealed class PlayedRepository : IDisposable
{
    private const string Run = "recorded";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("corpus-");

    public string Path => _folder.FullName;

    public PlayedProcesses Processes { get; } = new();

    public void MoveTo(PlayedMoment moment)
    {
        foreach (var change in Changes(moment))
        {
            change();
        }
    }

    /// <summary>What leads to a moment, in the order in which the runtime and its launcher do it.</summary>
    public IReadOnlyList<Action> Changes(PlayedMoment moment) =>
    [
        () => moment.Step.AppendLogsTo(Path),
        () => moment.Step.MoveTreeTo(Path),
        () => Processes.Play(moment.Living.Select(leader => new ProcessEntry(
            leader.Pid, 1, leader.Group, leader.State, StartTicks(leader.Pid), leader.Command.Replace(moment.Step.Meta.RepoPath, Path, StringComparison.Ordinal).Split(' ')))),
        () =>
        {
            foreach (var launch in moment.Launches)
            {
                Record(launch);
            }
        },
    ];

    public void Dispose() => _folder.Delete(recursive: true);

    private static long StartTicks(int pid) => 1000 + pid;

    /// <summary>What a launch leaves behind, in the launcher's own layout.</summary>
    private void Record(PlayedLaunch launch)
    {
        var record = new LaunchRecord
        {
            RunId = Run,
            Attempt = launch.Number,
            Generation = 1,
            Order = launch.Number,
            LoopId = launch.Loop,
            Nonce = "recorded",
            BaseLine = launch.BaseLine,
            BootId = Processes.BootId,
            StartedAt = "2026-01-01T00:00:00Z",
        };
        var folder = new LaunchFolder(new SuperloopFolder(Path), launch.Loop).Write(record);
        if (launch.Pid is { } pid)
        {
            Processes.Marks[pid] = record.Marker;
            File.WriteAllText(
                System.IO.Path.Combine(folder, "leader.stat"),
                string.Create(CultureInfo.InvariantCulture, $"{pid} (bash) S 1 {pid} {pid} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 {StartTicks(pid)} 0 0\n"));
        }

        File.WriteAllText(System.IO.Path.Combine(folder, "output.log"), launch.Output, new UTF8Encoding(false));
        if (launch.ExitCode is { } code)
        {
            File.WriteAllText(
                System.IO.Path.Combine(folder, "exit.json"),
                string.Create(CultureInfo.InvariantCulture, $$"""{"code":{{code}},"at":"2026-01-01T00:00:00Z","logLine":{{launch.LogLine}}}"""));
        }
    }
}
