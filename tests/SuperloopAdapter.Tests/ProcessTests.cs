using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Tests;

public sealed class ProcessTests
{
    [Fact]
    public async Task The_executable_serves_until_it_is_told_to_stop()
    {
        using var repository = TempRepository.Of("clean-completion/03-iter2-implementer");
        using var served = RealProcess.Adapter(
            new Dictionary<string, string> { ["MY_TOKEN"] = "abc" },
            "serve", "--repo", repository.Path, "--listen", "127.0.0.1:0", "--token-env", "MY_TOKEN");
        var logs = served.Process.StandardError.ReadToEndAsync();
        using var first = JsonDocument.Parse((await served.Process.StandardOutput.ReadLineAsync())!);
        using var client = new HttpClient { BaseAddress = new Uri(first.RootElement.GetProperty("listening").GetString()!) };
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/healthz")).StatusCode);
        client.DefaultRequestHeaders.Add("Authorization", "Bearer abc");
        Assert.StartsWith("{\"ok\":true,", await client.GetStringAsync("/healthz"), StringComparison.Ordinal);
        using var page = JsonDocument.Parse(await client.GetStringAsync("/ops/events?loopId=demo-loop&cursor=20"));
        Assert.Equal(9, page.RootElement.GetProperty("events").GetArrayLength());

        using var stop = RealProcess.Start("kill", null, "-TERM", served.Process.Id.ToString(CultureInfo.InvariantCulture));
        await served.Process.WaitForExitAsync();
        Assert.Equal(0, served.Process.ExitCode);
        Assert.Empty(await served.Process.StandardOutput.ReadToEndAsync());
        foreach (var line in (await logs).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var entry = JsonDocument.Parse(line);
            Assert.True(entry.RootElement.TryGetProperty("LogLevel", out _));
            Assert.DoesNotContain("abc", line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_executable_writes_a_snapshot_and_ends()
    {
        using var repository = TempRepository.Of("clean-completion/04-complete");
        using var run = RealProcess.Adapter(null, "snapshot", "--repo", repository.Path, "--loop", "demo-loop");
        using var snapshot = JsonDocument.Parse(await run.Process.StandardOutput.ReadToEndAsync());
        await run.Process.WaitForExitAsync();
        Assert.Equal(0, run.Process.ExitCode);
        Assert.Equal(50, snapshot.RootElement.GetProperty("cursor").GetProperty("eventLineCount").GetInt64());
        Assert.False(snapshot.RootElement.GetProperty("ext").GetProperty("process").GetProperty("alive").GetBoolean());
    }

    [Fact]
    public async Task A_living_a_stopped_and_a_killed_leader_are_told_apart()
    {
        using var repository = TempRepository.Of("clean-completion/03-iter2-implementer");
        var script = Path.Combine(repository.Path, "superloop.sh");
        await File.WriteAllTextAsync(script, "echo ready; read -r line\n");
        using var leader = RealProcess.Start("bash", null, script, "run", "--repo", repository.Path, "--loop", "demo-loop");
        Assert.Equal("ready", await leader.Process.StandardOutput.ReadLineAsync());
        var pid = leader.Process.Id;
        repository.Write("active-run.json", $"{{\"pid\":{pid},\"pgid\":1,\"loop_id\":\"demo-loop\",\"updated_at\":\"2026-11-22T15:05:28Z\"}}");
        using var adapter = new Adapter(repository.Path, new ProcfsTable(), TimeProvider.System);

        var alive = await ReadAsync(adapter);
        Assert.Equal(("running", true, false), (Status(alive), Flag(alive, "alive"), Flag(alive, "stopped")));
        Assert.Equal(pid, Process(alive).GetProperty("pid").GetInt64());
        Assert.True(Process(alive).GetProperty("startTicks").GetInt64() > 0);
        Assert.Equal(0, Process(alive).GetProperty("liveChildren").GetInt32());
        Assert.Equal((await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id")).Trim(), Process(alive).GetProperty("bootId").GetString());
        Assert.Equal("implementer", alive.GetProperty("ext").GetProperty("activity").GetProperty("role").GetString());

        await SignalAsync("-STOP", pid);

        // A signal that is sent is not yet taken: on a busy machine the process still counts as sleeping for a moment.
        await UntilAsync(() => ProcfsTable.ReadEntry(pid) is { IsStopped: true });
        var stopped = await ReadAsync(adapter);
        Assert.Equal(("running", true, true), (Status(stopped), Flag(stopped, "alive"), Flag(stopped, "stopped")));

        await SignalAsync("-KILL", pid);
        await leader.Process.WaitForExitAsync();
        var killed = await ReadAsync(adapter);
        Assert.Equal(("failed", false), (Status(killed), Flag(killed, "alive")));
        Assert.False(killed.GetProperty("ext").TryGetProperty("activity", out _));
    }

    [Fact]
    public async Task A_reused_process_id_is_no_leader()
    {
        using var repository = TempRepository.Of("killed/02-killed");
        repository.Write("active-run.json", $"{{\"pid\":{Environment.ProcessId},\"pgid\":1,\"loop_id\":\"demo-loop\"}}");
        using var adapter = new Adapter(repository.Path, new ProcfsTable(), TimeProvider.System);
        var snapshot = await ReadAsync(adapter);
        Assert.Equal(("failed", false), (Status(snapshot), Flag(snapshot, "alive")));
    }

    [Theory]
    [InlineData("bash /x/superloop.sh run --repo /r --loop a", "/r", "a")]
    [InlineData("/bin/bash -x /x/superloop.sh run --loop a --repo /r", "/r", "a")]
    [InlineData("/x/superloop.sh run --repo /r", "/r", null)]
    public void The_runtime_is_recognised(string command, string repo, string? loop) =>
        Assert.Equal(new RuntimeCommand(repo, loop), RuntimeCommand.Parse(command.Split(' ')));

    [Theory]
    [InlineData("bash -c superloop.sh run")]
    [InlineData("vim superloop.sh run")]
    [InlineData("setsid bash superloop.sh run --repo /r")]
    [InlineData("bash superloop.sh status --repo /r")]
    [InlineData("bash superloop.sh")]
    [InlineData("")]
    public void What_only_mentions_the_runtime_is_not_it(string command) => Assert.Null(RuntimeCommand.Parse(command.Split(' ')));

    [Theory]
    [InlineData("here", "", "here")]
    [InlineData("here", "again", "/")]
    [InlineData("again", "here", "/")]
    [InlineData("again", "", "here")]
    [InlineData("again", ".", "here")]
    [InlineData("here", "again/.", "here")]
    [InlineData("again", "../here", "within")]
    public void A_run_is_of_a_repository_whatever_path_leads_there(string known, string named, string works)
    {
        using var places = new Places();
        Assert.Single(places.Look(known, named, works).Leaders);
    }

    [Theory]
    [InlineData("here", "", "within")]
    [InlineData("again", "pipe", "/")]
    [InlineData("here", "gone", "here")]
    [InlineData("here", "round", "here")]
    public void A_run_of_another_folder_or_of_none_is_not_of_the_repository(string known, string named, string works)
    {
        using var places = new Places();
        Assert.Empty(places.Look(known, named, works).Leaders);
    }

    [Fact]
    public void Subshells_of_the_leader_are_members_and_no_leaders()
    {
        const string Command = "bash superloop.sh run --repo /r --loop a";
        var sighting = new ProcessSighting(
            new RecordedProcesses(
            [
                RecordedProcesses.Entry(10, 10, 'S', Command),
                RecordedProcesses.Entry(11, 10, 'S', Command, parent: 10),
                RecordedProcesses.Entry(12, 10, 'S', "agent", parent: 11),
                RecordedProcesses.Entry(13, 10, 'Z', "agent", parent: 10),
                RecordedProcesses.Entry(20, 20, 'S', "bash superloop.sh run --repo /other --loop a"),
            ]),
            "/r");
        Assert.Equal(10, Assert.Single(sighting.Leaders).Process.Pid);
        Assert.Equal(new MemberCount(2, 1), RunMembers.OfLeader(RecordedProcesses.None, sighting.Leaders[0].Process).CountIn(sighting));
    }

    [Fact]
    public void An_orphaned_subshell_of_a_dead_leader_is_no_leader()
    {
        var sighting = new ProcessSighting(
            new RecordedProcesses([RecordedProcesses.Entry(11, 10, 'S', "bash superloop.sh run --repo /r --loop a")]), "/r");
        Assert.Null(sighting.LeaderOf("a", 10, 10));
        using var active = JsonDocument.Parse("""{"pid":10,"pgid":10}""");
        Assert.Equal(new MemberCount(1, 0), RunMembers.OfRecorded(RecordedProcesses.None, active.RootElement, "/r", DateTimeOffset.UnixEpoch)!.CountIn(sighting));
    }

    [Theory]
    [InlineData("a) b (c)", false)]
    [InlineData("\u00FF) S 1", false)]
    [InlineData("", false)]
    [InlineData("bash", true)]
    [InlineData("superloop.sh", true)]
    [InlineData("sh)", false)]
    public void A_process_may_have_any_name(string name, bool mayBeShell)
    {
        ArgumentNullException.ThrowIfNull(name);
        var stat = ProcessStat.Parse(Encoding.Latin1.GetBytes($"42 ({name}) S 1 40 40 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987 1 2\n"));
        var entry = stat!.Value.Entry;
        Assert.Equal((42, 1, 40, 'S', 987L), (entry.Pid, entry.ParentPid, entry.Group, entry.State, entry.StartTicks));
        Assert.Equal((false, mayBeShell), (stat.Value.IsKernelThread, stat.Value.MayBeShell));
    }

    [Theory]
    [InlineData("")]
    [InlineData("42 (bash")]
    [InlineData("42 (bash) S 1 40")]
    [InlineData("42 (bash) S x 40 40 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987")]
    [InlineData("x (bash) S 1 40 40 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987")]
    public void What_is_no_line_of_stat_is_no_process(string text) => Assert.Null(ProcessStat.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void The_kernels_threads_are_told_by_their_flag() =>
        Assert.True(ProcessStat.Parse("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 3 0 0"u8)!.Value.IsKernelThread);

    [Fact]
    public async Task Arguments_are_looked_at_where_they_may_be_the_runtimes_and_given_of_every_process_that_is_asked_for()
    {
        var table = new ProcfsTable();
        using var sleep = RealProcess.Start("sleep", new Dictionary<string, string> { ["LONG"] = new string('x', 50_000), ["MARK"] = "here" }, "60");
        using var shell = RealProcess.Start("bash", null, "-c", "read -r", "a b");
        await UntilAsync(() => table.ArgumentsOf(sleep.Process.Id) is ["sleep", "60"] && table.ArgumentsOf(shell.Process.Id) is ["bash", "-c", "read -r", "a b"]);
        var all = table.Read()!;
        Assert.Empty(all.Single(p => p.Pid == sleep.Process.Id).Arguments);
        Assert.Equal(["bash", "-c", "read -r", "a b"], all.Single(p => p.Pid == shell.Process.Id).Arguments);
        Assert.Equal(Environment.ProcessId, all.Single(p => p.Pid == shell.Process.Id).ParentPid);

        // An entry is found as a whole, also beyond what is read at first.
        Assert.True(table.HasEnvironment(sleep.Process.Id, "MARK=here"));
        Assert.True(table.HasEnvironment(sleep.Process.Id, "LONG=" + new string('x', 50_000)));
        Assert.False(table.HasEnvironment(sleep.Process.Id, "MARK=her"));
        Assert.False(table.HasEnvironment(sleep.Process.Id, "ARK=here"));
        Assert.Empty(table.ArgumentsOf(int.MaxValue));
        Assert.False(table.HasEnvironment(int.MaxValue, "MARK=here"));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            await Task.Delay(5, bound.Token);
        }
    }

    private static async Task<JsonElement> ReadAsync(Adapter adapter) =>
        JsonDocument.Parse(await adapter.SnapshotAsync("demo-loop", null, CancellationToken.None)).RootElement;

    private static JsonElement Process(JsonElement snapshot) => snapshot.GetProperty("ext").GetProperty("process");

    private static bool Flag(JsonElement snapshot, string name) => Process(snapshot).GetProperty(name).GetBoolean();

    private static string? Status(JsonElement snapshot) => snapshot.GetProperty("run").GetProperty("status").GetString();

    private static async Task SignalAsync(string signal, int pid)
    {
        using var kill = RealProcess.Start("kill", null, signal, pid.ToString(CultureInfo.InvariantCulture));
        await kill.Process.WaitForExitAsync();
        Assert.Equal(0, kill.Process.ExitCode);
    }

    /// <summary>A repository, a link to it, and what else a command line may name.</summary>
    private sealed class Places : IDisposable
    {
        private readonly TempRepository root = new();

        public Places()
        {
            Directory.CreateDirectory(At("here"));
            Directory.CreateDirectory(At("within"));
            Directory.CreateSymbolicLink(At("again"), At("here"));
            File.CreateSymbolicLink(At("round"), At("round"));
            using var made = System.Diagnostics.Process.Start("mkfifo", [At("pipe")]);
            made.WaitForExit();
        }

        /// <summary>A look by somebody who knows the repository by one name at a run that was given another, or none.</summary>
        public ProcessSighting Look(string known, string named, string works)
        {
            // Relative names are the command line's own, whole ones those of this folder.
            var repo = named.Length == 0 || named[0] == '.' ? named : works == "/" ? At(named) : "../" + named;
            var command = "bash superloop.sh run --loop a" + (repo.Length == 0 ? string.Empty : " --repo " + repo);
            return new ProcessSighting(new RecordedProcesses([RecordedProcesses.Entry(10, 10, 'S', command)]) { Folders = new() { [10] = works == "/" ? works : At(works) } }, At(known));
        }

        public void Dispose() => root.Dispose();

        private string At(string name) => Path.Combine(root.Path, name);
    }
}
