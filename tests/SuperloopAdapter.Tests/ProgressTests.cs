using OpsManager.Contract;
using SuperloopAdapter.Snapshots;

namespace SuperloopAdapter.Tests;

/// <summary>What the work looks like, from files alone.</summary>
public sealed class ProgressTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly string repo = Directory.CreateTempSubdirectory("progress-").FullName;

    public void Dispose() => Directory.Delete(repo, recursive: true);

    [Fact]
    public void Head_is_read_from_a_branch_packed_refs_or_a_detached_commit()
    {
        Assert.Null(GitHead.Read(repo));
        Write(".git/HEAD", "ref: refs/heads/main\n");
        Assert.Null(GitHead.Read(repo));
        Write(".git/packed-refs", $"# pack-refs\n{new string('a', 40)} refs/heads/other\n{Commit} refs/heads/main\n");
        Assert.Equal(Commit, GitHead.Read(repo));
        Write(".git/refs/heads/main", new string('b', 40) + "\n");
        Assert.Equal(new string('b', 40), GitHead.Read(repo));
        Write(".git/HEAD", Commit);
        Assert.Equal(Commit, GitHead.Read(repo));
        Write(".git/HEAD", "ref: refs/../../outside");
        Assert.Null(GitHead.Read(repo));
    }

    [Theory]
    [InlineData(".git/HEAD")]
    [InlineData(".git/refs/heads/main")]
    [InlineData(".git/packed-refs")]
    [InlineData(".git")]
    [InlineData(".gitignore")]
    public async Task A_pipe_in_place_of_a_file_holds_nothing_up(string path)
    {
        Write(".git/HEAD", "ref: refs/heads/main\n");
        Write(".git/refs/heads/main", Commit);
        if (path.EndsWith("packed-refs", StringComparison.Ordinal))
        {
            File.Delete(Path.Combine(repo, ".git/refs/heads/main"));
        }

        var full = Path.Combine(repo, path);
        if (Directory.Exists(full))
        {
            Directory.Delete(full, recursive: true);
        }

        File.Delete(full);
        using var made = RealProcess.Start("mkfifo", null, full);
        await made.Process.WaitForExitAsync();

        // On a thread of its own, which is given up if it never comes back.
        var look = Task.Factory.StartNew(() => (GitHead.Read(repo), Hash()), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var (head, tree) = await look.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(path == ".gitignore" ? Commit : null, head);
        Assert.NotNull(tree);
    }

    [Theory]
    [InlineData(".git")]
    [InlineData(".git/HEAD")]
    [InlineData(".git/refs")]
    [InlineData(".git/refs/heads/main")]
    public void A_link_below_git_is_not_followed(string path)
    {
        Write(".git/HEAD", "ref: refs/heads/main\n");
        Write(".git/refs/heads/main", Commit);
        var full = Path.Combine(repo, path);
        var away = full + ".away";
        Directory.Move(full, away);
        File.CreateSymbolicLink(full, away);
        Assert.Null(GitHead.Read(repo));
    }

    [Fact]
    public void What_builds_and_test_runs_leave_behind_is_no_change()
    {
        Write("src/a.txt", "one");
        Write(".gitignore", "*.log\n/generated/\nsite/*.html\n!site/index.html\n**/cache\ntarget/\n# a comment\n\n");
        Write("site/index.html", "one");
        var before = Hash();
        foreach (var path in new[]
        {
            "node_modules/x/index.js", "dist/a.js", "build/a.o", "coverage/index.html", ".next/a", ".venv/a", ".tox/a", ".cache/a", "packages/one/node_modules/x/index.js",
            "tool/__pycache__/a.pyc", "a.log", "src/deep/a.log", "generated/a.txt", "site/other.html", "src/cache/a", "src/target/a",
        })
        {
            Write(path, "left behind");
            Assert.True(before == Hash(), path);
        }
    }

    [Theory]
    [InlineData("src/dist/a.js")]
    [InlineData("src/build/a.cs")]
    [InlineData("src/generated/a.txt")]
    [InlineData("site/index.html")]
    [InlineData("site/deep/other.html")]
    [InlineData("b.txt")]
    [InlineData("src/x.tmp")]
    public void What_only_looks_like_it_is_a_change(string path)
    {
        Write(".gitignore", "/generated/\nsite/*.html\n!site/index.html\n[ab].txt\na/**/b\n*.tmp\n");
        Write("src/.gitignore", "!*.tmp\n");
        Write("src/a.txt", "one");
        var before = Hash();
        Write(path, "new");
        Assert.NotEqual(before, Hash());
    }

    [Fact]
    public void A_loop_may_name_what_counts_for_nothing()
    {
        using var config = System.Text.Json.JsonDocument.Parse("""{"stuck":{"ignore":["reports/**","*.snap"]}}""");
        string? Named() => WorkTree.Hash(repo, LeftOut.Of(config.RootElement), TimeProvider.System);
        Write("a.txt", "one");
        var before = Named();
        Write("reports/deep/a.txt", "two");
        Write("src/a.snap", "two");
        Assert.Equal(before, Named());

        // As with the runtime, the list stands in place of its own.
        Write("dist/a.js", "two");
        Assert.NotEqual(before, Named());
    }

    [Theory]
    [InlineData(".gitignore", false)]
    [InlineData("stuck.ignore", false)]
    [InlineData("nothing", true)]
    public void Patterns_that_take_long_to_be_matched_end_the_look_in_time(string where, bool looked)
    {
        // By a clock that goes on by a millisecond each time it is asked: some 100 questions for the entries alone, in 300 ms.
        var hostile = Enumerable.Range(0, 20).Select(static n => string.Concat(Enumerable.Repeat("*a", 400)) + n).ToArray();
        using var config = System.Text.Json.JsonDocument.Parse(
            System.Text.Json.JsonSerializer.Serialize(new { stuck = new { ignore = where == "stuck.ignore" ? hostile : ["x"] } }));
        Write(".gitignore", where == ".gitignore" ? string.Join('\n', hostile) : "x");
        for (var i = 0; i < 40; i++)
        {
            Write(new string('a', 200) + $"{i:00}", "content");
        }

        Assert.Equal(looked, WorkTree.Hash(repo, LeftOut.Of(config.RootElement), new AskedTime()) is not null);
    }

    [Fact]
    public void A_pattern_that_is_too_long_and_a_file_of_too_many_rules_leave_nothing_out()
    {
        using var config = System.Text.Json.JsonDocument.Parse("""{"stuck":{"ignore":["LONG.snap"]}}""".Replace("LONG", new string('*', 1100), StringComparison.Ordinal));
        string? Named() => WorkTree.Hash(repo, LeftOut.Of(config.RootElement), TimeProvider.System);
        Write(".gitignore", "*.tmp\n" + string.Concat(Enumerable.Range(0, 500).Select(static n => $"rule-{n}\n")) + "!kept.tmp\n");
        var before = Named();
        Write("a.snap", "one");
        var longer = Named();
        Assert.NotEqual(before, longer);
        Write("kept.tmp", "one");
        Assert.NotEqual(longer, Named());
    }

    [Fact]
    public async Task A_later_call_says_of_the_iteration_what_the_first_one_found()
    {
        Write(".superloop/loops/demo-loop/events.jsonl", Line("loop_start", 1) + Line("iteration_start", 1));
        Write("a.txt", "one");
        var first = await ProgressAsync();
        Write("a.txt", "two, and longer");
        Assert.Equal(first, await ProgressAsync());

        // Whatever stands in its place, it is only found out anew.
        var mark = Path.Combine(repo, ".superloop/ops/loops/demo-loop/progress.mark");
        var good = await File.ReadAllTextAsync(mark);
        foreach (var bad in new[] { string.Empty, "x", good[..^1], good + "\n" })
        {
            Write(".superloop/ops/loops/demo-loop/progress.mark", bad);
            Assert.NotEqual(first, await ProgressAsync());
        }

        var second = await ProgressAsync();
        await File.AppendAllTextAsync(Path.Combine(repo, ".superloop/loops/demo-loop/events.jsonl"), Line("iteration_start", 2));
        Write("a.txt", "three");
        Assert.NotEqual(second, await ProgressAsync());
    }

    [Fact]
    public void The_work_tree_changes_with_names_and_content_and_not_with_what_git_and_the_runtime_write()
    {
        Write("src/a.txt", "one");
        var before = Hash();
        Write(".git/index", "anything");
        Write(".superloop/state.json", "{}");
        Assert.Equal(before, Hash());
        Write("src/b.txt", "two");
        var added = Hash();
        Assert.NotEqual(before, added);
        File.Move(Path.Combine(repo, "src/b.txt"), Path.Combine(repo, "src/c.txt"));
        Assert.NotEqual(added, Hash());
        File.Delete(Path.Combine(repo, "src/c.txt"));
        Assert.Equal(before, Hash());
    }

    [Fact]
    public void A_link_out_of_the_tree_is_not_followed()
    {
        Write("a.txt", "one");
        var before = Hash();
        Directory.CreateSymbolicLink(Path.Combine(repo, "away"), Path.GetTempPath());
        Assert.Equal(before, Hash());
    }

    [Fact]
    public void Progress_reads_back_as_it_was_written()
    {
        var facts = new ProgressFacts { Head = Commit, WorkTreeHash = "t", OpenChecklistItems = 3 };
        Assert.Equal(
            """{"head":"0123456789abcdef0123456789abcdef01234567","workTreeHash":"t","openChecklistItems":3}""",
            System.Text.Json.JsonSerializer.Serialize(facts, System.Text.Json.JsonSerializerOptions.Web));
    }

    /// <summary>A clock that goes on by a millisecond each time it is asked.</summary>
    private sealed class AskedTime : TimeProvider
    {
        private long asked;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => ++asked;
    }

    private static string Line(string name, int iteration) =>
        $"{{\"timestamp\":\"2026-01-01T00:00:00Z\",\"event\":\"{name}\",\"run_id\":\"r\",\"iteration\":{iteration}}}\n";

    /// <summary>By an adapter of its own, as a one-shot call is.</summary>
    private async Task<string> ProgressAsync()
    {
        using var adapter = new Adapter(repo, RecordedProcesses.None, TimeProvider.System);
        using var snapshot = System.Text.Json.JsonDocument.Parse(await adapter.SnapshotAsync("demo-loop", null, default));
        return snapshot.RootElement.GetProperty("ext").GetProperty("progress").GetRawText();
    }

    private string? Hash() => WorkTree.Hash(repo, LeftOut.Default, TimeProvider.System);

    private void Write(string path, string content)
    {
        var full = Path.Combine(repo, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }
}
