using System.Globalization;
using System.Text;
using System.Text.Json;
using OpsManager.Contract;
using OpsManager.Testing;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Tests;

/// <summary>
/// A process that ends, or begins, while one snapshot is taken: each single thing that it and its supervisor do then happens before each single
/// read in turn, everything at once or spread over the reads that follow. No end and no start is ever taken for a crash. Without the looks that are
/// repeated until two agree the starts fail, and without the wait for an exit that is due the end that leaves state.json as it was.
/// </summary>
public sealed class ChangesBetweenReadsTests
{
    private const int Supervisor = 50;
    private const int Leader = 100;
    private const string Active = """{"active":true,"loop_index":0,"iteration":1,"current_loop_id":"demo-loop"}""";
    private const string Inactive = """{"active":false,"loop_index":0,"iteration":1,"current_loop_id":"demo-loop"}""";

    /// <summary>Ends and starts: what happens, and the statuses that are true at some moment of it.</summary>
    public static TheoryData<string, string[], string[]> Stories => new()
    {
        { "running", ["log loop_complete", "truncate state.json", "write state.json inactive", "remove active-run.json", "leader gone", "exit 0", "supervisor gone"], ["running", "complete"] },
        { "running", ["log loop_stop", "truncate state.json", "write state.json inactive", "remove active-run.json", "leader gone", "exit 1", "supervisor gone"], ["running", "stopped"] },
        { "running", ["remove active-run.json", "leader gone", "exit 143", "supervisor gone"], ["running", "stopped"] },
        { "running", ["approval", "log approval_requested", "truncate state.json", "write state.json inactive", "remove active-run.json", "leader gone", "exit 0", "supervisor gone"], ["running", "awaiting_approval"] },
        { "ending", ["leader gone", "exit 143", "supervisor gone"], ["running", "stopped"] },
        { "idle", ["launch", "supervisor there", "leader there", "write active-run.json", "log loop_start", "truncate state.json", "write state.json active"], ["idle", "running"] },
        { "idle", ["leader there", "write active-run.json", "log loop_start", "truncate state.json", "write state.json active"], ["idle", "running"] },
        { "complete", ["launch", "supervisor there", "leader there", "write active-run.json", "log loop_start", "truncate state.json", "write state.json active"], ["complete", "running"] },
        { "complete", ["leader there", "write active-run.json", "log loop_start", "truncate state.json", "write state.json active"], ["complete", "running"] },
    };

    [Theory]
    [MemberData(nameof(Stories))]
    public async Task No_end_and_no_start_is_taken_for_a_crash_wherever_it_falls(string before, string[] story, string[] truths)
    {
        ArgumentNullException.ThrowIfNull(story);
        var wrong = new StringBuilder();
        var reads = await PlayAsync(before, story, int.MaxValue, 0, static (_, _) => null, wrong);
        Assert.True(reads >= 8, string.Create(CultureInfo.InvariantCulture, $"{reads} reads"));
        foreach (var apart in new[] { 0, 1, 2, 5, 40 })
        {
            for (var read = 1; read <= reads; read++)
            {
                await PlayAsync(before, story, read, apart, (snapshot, exit) => Judge(snapshot, exit, truths), wrong);
            }
        }

        Assert.Equal(string.Empty, wrong.ToString());
    }

    private static string? Judge(LoopRunSnapshot snapshot, int? exit, string[] truths)
    {
        var ext = snapshot.Ext!;
        return !truths.Contains(snapshot.Run!.Status, StringComparer.Ordinal) ? $"status {snapshot.Run.Status}"
            : ext.Process!.Alive && ext.Exit is not null ? "alive, and ended"
            : snapshot.Run.Status == "running" && ext.Exit is not null ? "running, and ended"
            : ext.Exit is not null && ext.Exit.Code != exit ? $"exit {ext.Exit.Code}"
            : null;
    }

    /// <summary>Takes one snapshot, with the story beginning before a read of it; answers how many reads it took.</summary>
    private static async Task<int> PlayAsync(string before, string[] story, int beginning, int apart, Func<LoopRunSnapshot, int?, string?> judge, StringBuilder wrong)
    {
        using var play = new Play(before);
        var reads = 0;
        var next = 0;
        var due = beginning;
        void Read()
        {
            reads++;
            while (next < story.Length && reads >= due)
            {
                play.Do(story[next++]);
                due = reads + apart;
            }
        }

        play.Processes.BeforeRead = Read;
        using var adapter = new Adapter(play.Repository.Path, play.Processes, new InstantTimeProvider(DateTimeOffset.UnixEpoch), beforeRead: Read);
        var snapshot = await TakeAsync(adapter);
        var count = reads;
        if (judge(snapshot, play.Exit) is { } text)
        {
            wrong.AppendLine(string.Create(CultureInfo.InvariantCulture, $"before read {beginning} of {count}, {apart} reads apart, {next} of {story.Length} done: {text}"));
        }

        if (beginning != int.MaxValue)
        {
            // Once it is over, the next look says so, and how.
            while (next < story.Length)
            {
                play.Do(story[next++]);
            }

            var after = await TakeAsync(adapter);
            var ended = story.Contains("leader gone", StringComparer.Ordinal);
            if (judge(after, play.Exit) is not null || (after.Run!.Status == "running") == ended || after.Ext!.Exit?.Code != play.Exit)
            {
                wrong.AppendLine(string.Create(CultureInfo.InvariantCulture, $"after read {beginning}: status {after.Run!.Status}, exit {after.Ext!.Exit?.Code}"));
            }
        }

        return count;
    }

    private static async Task<LoopRunSnapshot> TakeAsync(Adapter adapter) =>
        JsonSerializer.Deserialize(await adapter.SnapshotAsync(TempRepository.LoopId, null, CancellationToken.None), ContractJsonContext.Default.LoopRunSnapshot)!;

    /// <summary>The runtime, its supervisor and their files, moved on step by step.</summary>
    private sealed class Play : IDisposable
    {
        private readonly LaunchRecord launch;
        private readonly string launchFolder;
        private int second;

        public Play(string before)
        {
            launch = new LaunchRecord
            {
                RunId = "run-1",
                Attempt = 1,
                Generation = 1,
                Order = 1,
                LoopId = TempRepository.LoopId,
                Nonce = "nonce",
                BaseLine = before == "complete" ? 3 : 0,
                BootId = Processes.BootId,
                StartedAt = "2026-01-01T00:00:00Z",
            };
            Processes.Markers[Supervisor] = launch.SupervisorMarker;
            Repository.Write("config.json", """{"loops":[{"id":"demo-loop"}]}""");
            launchFolder = Path.Combine(Repository.Path, ".superloop", "ops", "loops", TempRepository.LoopId, "launches", "run-1-1");
            if (before is "running" or "ending")
            {
                foreach (var step in new[] { "launch", "supervisor there", "leader there", "write active-run.json", "log loop_start", "log iteration_start", "write state.json active", "log role_start" })
                {
                    Do(step);
                }
            }

            if (before == "ending")
            {
                Do("remove active-run.json");
            }
            else if (before == "complete")
            {
                foreach (var step in new[] { "log loop_start", "log iteration_start", "log loop_complete", "write state.json inactive" })
                {
                    Do(step);
                }
            }
        }

        public TempRepository Repository { get; } = new();

        public PlayedTable Processes { get; } = new();

        public int? Exit { get; private set; }

        public void Do(string step)
        {
            switch (step.Split(' '))
            {
                case ["log", var name]:
                    Repository.AppendLog(string.Create(
                        CultureInfo.InvariantCulture,
                        $$"""{"timestamp":"2026-01-01T00:00:{{second++:00}}Z","event":"{{name}}","loop_id":"demo-loop","run_id":"r{{(Processes.Lives(Leader) ? 2 : 1)}}","iteration":1}""") + "\n");
                    break;
                case ["truncate", var file]:
                    Repository.Write(file, string.Empty);
                    break;
                case ["write", "active-run.json"]:
                    Repository.Write("active-run.json", $$"""{"repo":"{{Repository.Path}}","pid":{{Leader}},"pgid":{{Leader}},"loop_id":"demo-loop","iteration":1,"stage":"run_start","updated_at":"2026-01-01T00:00:59Z"}""");
                    break;
                case ["write", "state.json", var what]:
                    Repository.Write("state.json", what == "active" ? Active : Inactive);
                    break;
                case ["remove", var file]:
                    File.Delete(Repository.File(file));
                    break;
                case ["approval"]:
                    Repository.Write("loops/demo-loop/approval.json", """{"status":"pending","loop_id":"demo-loop","run_id":"r2","iteration":1}""");
                    break;
                case ["launch"]:
                    _ = new LaunchFolder(new SuperloopFolder(Repository.Path), TempRepository.LoopId).Write(launch);
                    break;
                case ["supervisor", "there"]:
                    Processes.Add(new ProcessEntry(Supervisor, 1, Supervisor, 'S', 1050, ["bash", "-c", "script"]));
                    break;
                case ["leader", "there"]:
                    Processes.Add(new ProcessEntry(Leader, Supervisor, Leader, 'S', 1100, ["bash", "/opt/superloop.sh", "run", "--repo", Repository.Path, "--loop", "demo-loop"]));
                    if (Directory.Exists(launchFolder))
                    {
                        Move("leader.stat", $"{Leader} (bash) S {Supervisor} {Leader} {Leader} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1100 0 0\n");
                    }

                    break;
                case ["leader", "gone"]:
                    Processes.Remove(Leader);
                    break;
                case ["exit", var code]:
                    Exit = int.Parse(code, CultureInfo.InvariantCulture);
                    Move("exit.json", $$"""{"code":{{code}},"at":"2026-01-01T00:01:00Z","logLine":{{File.ReadLines(Repository.LogPath).Count()}}}""");
                    break;
                case ["supervisor", "gone"]:
                    Processes.Remove(Supervisor);
                    break;
                default:
                    throw new ArgumentException(step, nameof(step));
            }
        }

        public void Dispose() => Repository.Dispose();

        private void Move(string name, string content)
        {
            File.WriteAllText(Path.Combine(launchFolder, name + ".new"), content);
            File.Move(Path.Combine(launchFolder, name + ".new"), Path.Combine(launchFolder, name), overwrite: true);
        }
    }

    private sealed class PlayedTable : IProcessTable
    {
        private IReadOnlyList<ProcessEntry> living = [];

        public Dictionary<int, string> Markers { get; } = [];

        public Action? BeforeRead { get; set; }

        public string BootId => "boot";

        public void Add(ProcessEntry process) => living = [.. living, process];

        public void Remove(int pid) => living = [.. living.Where(p => p.Pid != pid)];

        public bool Lives(int pid) => living.Any(p => p.Pid == pid);

        public IReadOnlyList<ProcessEntry> Read()
        {
            BeforeRead?.Invoke();
            return living;
        }

        public IReadOnlyList<string> ArgumentsOf(int pid) => living.FirstOrDefault(p => p.Pid == pid)?.Arguments ?? [];

        public string? WorkingFolder(int pid) => null;

        public bool HasEnvironment(int pid, string entry)
        {
            BeforeRead?.Invoke();
            return Lives(pid) && Markers.GetValueOrDefault(pid) == entry;
        }
    }
}
