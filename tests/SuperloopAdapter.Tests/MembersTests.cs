using System.Globalization;
using System.Text.Json;
using OpsManager.Contract;
using OpsManager.Testing;
using SuperloopAdapter.Control;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Tests;

/// <summary>Who belongs to a run: one rule, by which a snapshot counts, a start refuses and control signals.</summary>
public sealed class MembersTests : IDisposable
{
    private const string Written = "2026-01-02T00:00:00Z";

    private static readonly DateTimeOffset Now = new(2026, 1, 2, 1, 0, 0, TimeSpan.Zero);

    /// <summary>When the leader wrote its file, in ticks since a boot that was a day before.</summary>
    private const int Ticks = 23 * 3600 * 100;

    private readonly TempRepository repository = new();

    public MembersTests()
    {
        repository.Write("config.json", """{"loops":[{"id":"demo-loop"}]}""");
        repository.Write("active-run.json", $$"""{"pid":812,"pgid":812,"loop_id":"demo-loop","updated_at":"{{Written}}"}""");
        repository.Write("state.json", """{"active":true,"current_loop_id":"demo-loop"}""");
    }

    [Fact]
    public async Task What_a_killed_leader_left_in_its_group_is_counted_and_ended()
    {
        var table = Table(TimeSpan.FromDays(1), here: [813, 814], Entry(813), Entry(814), Entry(815, state: 'Z'));
        await AgreeAsync(table, living: 2, quiescent: false);
    }

    [Fact]
    public async Task What_works_in_the_repository_works_there_also_for_a_service_that_knows_it_by_a_link()
    {
        var link = repository.File("again");
        Directory.CreateSymbolicLink(link, repository.Path);
        var table = Table(TimeSpan.FromDays(1), here: [813], Entry(813));
        using var adapter = new Adapter(link, table, new InstantTimeProvider(Now));
        var snapshot = JsonSerializer.Deserialize(await adapter.SnapshotAsync(TempRepository.LoopId, null, default), ContractJsonContext.Default.LoopRunSnapshot)!;
        Assert.Equal((1, (bool?)false), (snapshot.Ext!.Process!.LiveChildren, snapshot.Ext.Process.Quiescent));
    }

    [Fact]
    public async Task After_a_restart_of_the_machine_its_group_is_somebody_elses()
    {
        // A service that has the id by now, with children of its own.
        var table = Table(TimeSpan.FromMinutes(10), here: [], Entry(812), Entry(813), Entry(814));
        await AgreeAsync(table, living: 0, quiescent: true);
    }

    [Fact]
    public async Task What_lives_in_a_group_of_that_number_after_a_restart_is_a_member_only_if_it_works_here()
    {
        // Its clock jumps when a machine was suspended: then it has not restarted, and this is what a leader left behind.
        await AgreeAsync(Table(TimeSpan.FromMinutes(10), here: [813], Entry(813), Entry(814)), living: 1, quiescent: false);
    }

    [Fact]
    public async Task A_launch_whose_leader_is_still_to_come_is_not_taken_for_ended()
    {
        var launch = Launch("boot-of-the-recording");
        _ = new LaunchFolder(new Artifacts.SuperloopFolder(repository.Path), TempRepository.LoopId).Write(launch);
        File.Delete(repository.File("active-run.json"));
        var table = Table(TimeSpan.FromDays(1), here: [], Entry(899));
        table.Marks[899] = launch.SupervisorMarker;
        var refused = await Assert.ThrowsAsync<AdapterException>(() => ControlAsync(table, new Signals(table), "cancel"));
        Assert.Equal("control_in_progress", refused.Error.Code);
    }

    [Fact]
    public async Task A_process_that_took_over_the_id_takes_the_group_along()
    {
        var table = Table(TimeSpan.FromDays(1), here: [812, 813], Entry(812, start: Ticks + 100_000), Entry(813, start: Ticks + 100_001));
        await AgreeAsync(table, living: 0, quiescent: true);
    }

    [Fact]
    public async Task A_leader_that_shared_a_group_leaves_nothing_by_which_its_members_are_known()
    {
        repository.Write("active-run.json", $$"""{"pid":812,"pgid":800,"loop_id":"demo-loop","updated_at":"{{Written}}"}""");
        var process = await ProcessAsync(Table(TimeSpan.FromDays(1), here: [], Entry(813, group: 800)));
        Assert.Equal((null, null), (process.LiveChildren, process.Quiescent));
        Assert.Equal(0, (await ProcessAsync(Table(TimeSpan.FromMinutes(10), here: [], Entry(813, group: 800)))).LiveChildren);
    }

    [Fact]
    public async Task What_works_elsewhere_is_neither_counted_nor_touched_on_the_word_of_a_file()
    {
        var table = Table(TimeSpan.FromDays(1), here: [813], Entry(813), Entry(814));
        Assert.Equal((null, null), ((await ProcessAsync(table)).LiveChildren, (await ProcessAsync(table)).Quiescent));
        Assert.Equal("unproven_members", (await ControlAsync(table, new Signals(table), "force_cancel")).Error!.Code);
        Assert.True(File.Exists(repository.File("state.json")));
    }

    [Fact]
    public async Task A_runtime_that_is_not_known_by_its_name_is_not_taken_for_quiescent()
    {
        var table = Table(TimeSpan.FromDays(1), here: [812], Entry(812, start: Ticks - 100), Entry(813, start: Ticks));
        table.Folders[813] = repository.Path;
        Assert.Equal(2, (await ProcessAsync(table)).LiveChildren);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("soon")]
    public async Task A_file_that_says_no_time_is_judged_without_one(string written)
    {
        repository.Write("active-run.json", $$"""{"pid":812,"pgid":812,"loop_id":"demo-loop","updated_at":"{{written}}"}""");
        await AgreeAsync(Table(TimeSpan.FromDays(1), here: [813], Entry(813)), living: 1, quiescent: false);
    }

    [Theory]
    [InlineData("boot-of-the-recording", 3)]
    [InlineData("boot-before", 0)]
    public async Task The_members_of_a_launch_are_its_group_its_marks_and_what_descends_from_them(string boot, int living)
    {
        var launch = Launch(boot);
        var folder = new LaunchFolder(new Artifacts.SuperloopFolder(repository.Path), TempRepository.LoopId).Write(launch);
        await File.WriteAllTextAsync(Path.Combine(folder, "leader.stat"), string.Create(CultureInfo.InvariantCulture, $"900 (bash) S 1 900 900 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 {Ticks} 0 0\n"));
        File.Delete(repository.File("active-run.json"));
        var table = Table(TimeSpan.FromDays(1), here: [], Entry(901, group: 900), Entry(950, group: 950), Entry(960, group: 960, parent: 950), Entry(800, group: 900, start: 5));
        table.Marks[950] = launch.Marker;
        var process = await ProcessAsync(table);
        Assert.Equal((living, living == 0, "boot-of-the-recording"), (process.LiveChildren, process.Quiescent, process.BootId));

        // An id and a start time of another boot would name some other process of this one.
        Assert.Equal(living == 0 ? null : Ticks, process.StartTicks);
        var signals = new Signals(table);
        Assert.Equal(living == 0, (await ControlAsync(table, signals, "force_cancel")).Ok);
        Assert.Equal(living == 0 ? [] : [901, 950, 960], signals.Sent.Distinct().Order());
    }

    [Fact]
    public async Task A_leader_of_the_same_id_that_began_at_another_time_is_not_the_one_on_record()
    {
        var launch = Launch("boot-before");
        var folder = new LaunchFolder(new Artifacts.SuperloopFolder(repository.Path), TempRepository.LoopId).Write(launch);
        await File.WriteAllTextAsync(Path.Combine(folder, "leader.stat"), "900 (bash) S 1 900 900 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 77 0 0\n");
        File.Delete(repository.File("active-run.json"));
        var leader = new ProcessEntry(900, 1, 900, 'S', Ticks, ["bash", "/x/superloop.sh", "run", "--repo", repository.Path, "--loop", "demo-loop"]);
        using var adapter = new Adapter(repository.Path, Table(TimeSpan.FromDays(1), here: [], leader), new InstantTimeProvider(Now));
        var ext = JsonSerializer.Deserialize(await adapter.SnapshotAsync(TempRepository.LoopId, null, default), ContractJsonContext.Default.LoopRunSnapshot)!.Ext!;
        Assert.Equal((true, (long?)Ticks), (ext.Process!.Alive, ext.Process.StartTicks));
        Assert.Null(ext.Attempt?.Number);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_launch_that_never_had_a_leader_is_not_the_process_that_lives_without_its_mark(bool marked)
    {
        var launch = Launch("boot-of-the-recording");
        var own = new LaunchFolder(new Artifacts.SuperloopFolder(repository.Path), TempRepository.LoopId);
        _ = own.Write(launch);
        own.Write(new RunFence("run-1", 1, 1, 1));
        var table = Table(TimeSpan.FromDays(1), here: [], new ProcessEntry(812, 1, 812, 'S', Ticks, Runtime));
        if (marked)
        {
            table.Marks[812] = launch.Marker;
        }

        var ext = await ExtAsync(table);
        Assert.Equal((true, marked ? "run-1" : null), (ext.Process!.Alive, ext.Attempt?.RunId));

        // A call that names no run ends what lives, and buries the run only if that is what lives.
        await ControlAsync(table, new Signals(table), "cancel");
        Assert.Equal(marked, own.Fence("run-1")!.Tombstone is not null);
    }

    [Theory]
    [InlineData("boot-of-the-recording", 1, "2026-01-01T12:00:00Z", true)]
    [InlineData("boot-of-the-recording", 2, "2026-01-01T12:00:00Z", false)]
    [InlineData("boot-before", 1, "2026-01-01T00:00:00Z", true)]
    [InlineData("boot-before", 1, "2026-01-01T12:00:00Z", false)]
    public async Task A_launch_whose_end_nobody_recorded_is_not_the_run_that_somebody_else_began_later(string boot, int runs, string began, bool ours)
    {
        var folder = new LaunchFolder(new Artifacts.SuperloopFolder(repository.Path), TempRepository.LoopId).Write(Launch(boot));
        await LeaderAsync(folder, 900);
        File.Delete(repository.File("active-run.json"));
        for (var run = 1; run <= runs; run++)
        {
            repository.AppendLog($$"""{"timestamp":"{{began}}","event":"loop_start","run_id":"r{{run}}","iteration":1}""" + "\n");
        }

        repository.AppendLog($$"""{"timestamp":"{{began}}","event":"loop_complete","run_id":"r{{runs}}","iteration":1}""" + "\n");
        var attempt = (await ExtAsync(Table(TimeSpan.FromDays(1), here: []))).Attempt!;
        Assert.Equal(ours ? "run-1" : null, attempt.RunId);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("other")]
    public async Task A_subshell_that_a_killed_leader_of_ours_left_is_a_member_whatever_became_of_the_runtimes_own_record(string? recorded)
    {
        var folder = new LaunchFolder(new Artifacts.SuperloopFolder(repository.Path), TempRepository.LoopId).Write(Launch("boot-of-the-recording"));
        await LeaderAsync(folder, 100);
        await File.WriteAllTextAsync(Path.Combine(folder, "exit.json"), $$"""{"code":137,"at":"{{Written}}","logLine":1}""");
        repository.AppendLog($$"""{"timestamp":"{{Written}}","event":"loop_start","run_id":"r1","iteration":1}""" + "\n");
        File.Delete(repository.File("active-run.json"));
        if (recorded is not null)
        {
            repository.Write("active-run.json", $$"""{"pid":812,"pgid":812,"loop_id":"{{recorded}}","updated_at":"{{Written}}"}""");
        }

        var ext = await ExtAsync(Table(TimeSpan.FromDays(1), here: [], new ProcessEntry(101, 1, 100, 'S', Ticks + 10, Runtime)));
        Assert.Equal((false, 1, 137, "run-1"), (ext.Process!.Alive, ext.Process.LiveChildren, ext.Exit?.Code, ext.Attempt?.RunId));
    }

    [Fact]
    public async Task A_run_that_does_not_end_is_looked_at_ever_more_rarely()
    {
        var table = Table(TimeSpan.FromDays(1), here: [813], Entry(813));
        Assert.False((await ControlAsync(table, new Signals(table), "cancel")).Ok);
        Assert.InRange(table.Reads, 20, 150);
    }

    [Fact]
    public async Task One_process_is_watched_without_reading_all_of_them()
    {
        var leader = new ProcessEntry(812, 1, 812, 'S', Ticks, ["bash", "/x/superloop.sh", "run", "--repo", repository.Path, "--loop", "demo-loop"]);
        var table = Table(TimeSpan.FromDays(1), here: [], leader);
        var answer = await ControlAsync(table, new Signals(table), "pause");
        Assert.Equal((false, 2), (answer.Ok, answer.ExitCode));
        Assert.InRange(table.Reads, 1, 4);
    }

    public void Dispose() => repository.Dispose();

    private static ProcessEntry Entry(int pid, int group = 812, char state = 'S', long start = Ticks + 10, int parent = 1) => new(pid, parent, group, state, start, []);

    private static LaunchRecord Launch(string boot) => new()
    {
        RunId = "run-1",
        Attempt = 1,
        Generation = 1,
        Order = 1,
        LoopId = TempRepository.LoopId,
        Nonce = "nonce",
        BaseLine = 0,
        BootId = boot,
        StartedAt = Written,
    };

    private string[] Runtime => ["bash", "/x/superloop.sh", "run", "--repo", repository.Path, "--loop", TempRepository.LoopId];

    private static Task LeaderAsync(string folder, int pid) => File.WriteAllTextAsync(
        Path.Combine(folder, "leader.stat"), string.Create(CultureInfo.InvariantCulture, $"{pid} (bash) S 1 {pid} {pid} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 {Ticks} 0 0\n"));

    private RecordedProcesses Table(TimeSpan uptime, int[] here, params ProcessEntry[] processes) =>
        new(processes) { Uptime = uptime, Folders = here.ToDictionary(static pid => pid, _ => repository.Path) };

    private async Task<ProcessFacts> ProcessAsync(RecordedProcesses table) => (await ExtAsync(table)).Process!;

    private async Task<SnapshotExtensions> ExtAsync(RecordedProcesses table)
    {
        using var adapter = new Adapter(repository.Path, table, new InstantTimeProvider(Now));
        return JsonSerializer.Deserialize(await adapter.SnapshotAsync(TempRepository.LoopId, null, default), ContractJsonContext.Default.LoopRunSnapshot)!.Ext!;
    }

    private async Task<ControlAnswer> ControlAsync(RecordedProcesses table, Signals signals, string intent)
    {
        using var adapter = new Adapter(repository.Path, table, new InstantTimeProvider(Now), signals: signals);
        return await adapter.ControlAsync(new ControlRequest { LoopId = TempRepository.LoopId, Intent = intent }, default);
    }

    /// <summary>The snapshot counts what control ends, and no more.</summary>
    private async Task AgreeAsync(RecordedProcesses table, int living, bool quiescent)
    {
        var process = await ProcessAsync(table);
        Assert.Equal((false, living, quiescent), (process.Alive, process.LiveChildren, process.Quiescent));
        var signals = new Signals(table);
        var answer = await ControlAsync(table, signals, "force_cancel");
        Assert.Equal((living == 0, (int?)living), (answer.Ok, answer.Result!.Proof!.LiveMembers));
        Assert.Equal(living, signals.Sent.Distinct().Count());
        Assert.Equal(living > 0, File.Exists(repository.File("state.json")));
    }

    /// <summary>Signals that nothing obeys.</summary>
    private sealed class Signals(RecordedProcesses table) : IProcessSignals
    {
        public List<int> Sent { get; } = [];

        public bool Send(ProcessEntry process, ProcessSignal signal)
        {
            Sent.Add(process.Pid);
            return table.Find(process.Pid) is not null;
        }
    }
}
