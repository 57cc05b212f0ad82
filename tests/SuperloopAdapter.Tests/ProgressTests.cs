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

    private string? Hash() => WorkTree.Hash(repo, TimeProvider.System);

    private void Write(string path, string content)
    {
        var full = Path.Combine(repo, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }
}
