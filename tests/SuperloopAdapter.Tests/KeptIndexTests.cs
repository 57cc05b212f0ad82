using System.Text;
using CsCheck;
using OpsManager.Testing;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Log;

namespace SuperloopAdapter.Tests;

/// <summary>The index on disk, by which a one-shot call need not read what an earlier one read.</summary>
public sealed class KeptIndexTests : IDisposable
{
    private const int LineBytes = 1024;

    private readonly TempRepository repository = new();

    private string IndexPath => repository.File($"ops/loops/{TempRepository.LoopId}/events.index");

    public void Dispose() => repository.Dispose();

    [Fact]
    public void A_later_process_reads_the_new_lines_and_no_others()
    {
        Append(1, 3000);
        Process().Refresh();
        Append(3001, 10);

        var later = Process();
        var page = later.ReadPage(3000, 100, int.MaxValue, Name);
        Assert.Equal(Enumerable.Range(3001, 10).Select(static n => $"e{n}"), Texts(page));

        // The new lines twice (index and page), the lines from the nearest known place on, and the pieces that prove the log.
        Assert.InRange(later.BytesRead, 10 * LineBytes, (20 + 64 + 64) * LineBytes + (LogWindows.MaxSamples + 2) * LogWindows.Size);
        AssertSameAsFresh(page.View);
    }

    [Fact]
    public void An_unchanged_log_is_not_read_at_all()
    {
        Append(1, 500);
        Process().Refresh();
        var later = Process();
        AssertSameAsFresh(later.Refresh());
        Assert.Equal(0, later.BytesRead);
    }

    [Fact]
    public void A_small_log_leaves_nothing_behind()
    {
        Append(1, 20);
        Process().Refresh();
        Assert.False(Directory.Exists(repository.File("ops")));
    }

    [Fact]
    public void A_torn_last_line_is_kept_as_unread()
    {
        Append(1, 200);
        repository.AppendLog(Line(201)[..700]);
        Process().Refresh();
        repository.AppendLog(Line(201)[700..]);
        var view = Process().Refresh();
        Assert.Equal((201, "e201"), (view.LineCount, view.Facts.Last?.Name));
        AssertSameAsFresh(view);
    }

    [Fact]
    public void A_log_that_grows_while_one_process_watches_is_kept_again_and_again()
    {
        var log = Process();
        for (var first = 1; first < 2000; first += 50)
        {
            Append(first, 50);
            log.Refresh();
        }

        var later = Process();
        AssertSameAsFresh(later.Refresh());
        Assert.True(later.BytesRead < 2000 * LineBytes / 2, $"{later.BytesRead} bytes were read");
    }

    [Theory]
    [InlineData("cut back")]
    [InlineData("replaced by a longer one")]
    [InlineData("replaced by a copy")]
    [InlineData("changed in its first line")]
    [InlineData("changed in the middle")]
    [InlineData("changed in a piece in between and grown")]
    [InlineData("changed before its end and grown")]
    public void Another_log_is_recognised_and_read_anew(string how)
    {
        Append(1, 300);
        var before = Process().Refresh();
        switch (how)
        {
            case "cut back":
                Rewrite(1, 100);
                break;
            case "replaced by a longer one":
                Rewrite(1001, 400);
                break;
            case "replaced by a copy":
                File.Copy(repository.LogPath, repository.LogPath + ".copy");
                File.Move(repository.LogPath + ".copy", repository.LogPath, overwrite: true);
                break;
            case "changed in its first line":
                Change(100);
                break;
            case "changed in the middle":
                Change(150 * LineBytes);
                break;
            case "changed in a piece in between and grown":
                Change((2 * 64 * 1024) + 2000);
                Append(301, 1);
                break;
            default:
                Change((299 * LineBytes) + 500);
                Append(301, 1);
                break;
        }

        var later = Process();
        var after = later.Refresh();
        Assert.Equal(1, later.Rebuilds);
        AssertSameAsFresh(after, sameEpoch: false);
        Assert.NotEqual(before.Epoch, after.Epoch);
        Assert.Equal(after.Epoch, Process().Refresh().Epoch);
    }

    [Fact]
    public void A_touched_log_is_hashed_once_and_then_known_again()
    {
        Append(1, 300);
        var before = Process().Refresh();
        File.SetLastWriteTimeUtc(repository.LogPath, DateTime.UnixEpoch);
        var second = Process();
        Assert.Equal(before.Epoch, second.Refresh().Epoch);
        Assert.Equal(0, second.Rebuilds);
        var third = Process();
        Assert.Equal(before.Epoch, third.Refresh().Epoch);
        Assert.Equal(0, third.BytesRead);
    }

    [Fact]
    public void Whatever_stands_in_place_of_the_index_the_answer_is_the_same()
    {
        Append(1, 300);
        Process().Refresh();
        var good = File.ReadAllBytes(IndexPath);
        Append(301, 3);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, 3], Gen.Byte.Array[0, 100]).SampleSeeded(
            (at, value, how, noise) =>
            {
                var bad = (byte[])good.Clone();
                bad[at] ^= (byte)(value | 1);
                File.WriteAllBytes(IndexPath, how switch { 0 => bad, 1 => good[..at], 2 => [.. good, .. noise, 0], _ => noise });
                AssertSameAsFresh(Process().Refresh());
            },
            iter: 300,
            threads: 1);
    }

    [Fact]
    public void An_index_of_nonsense_that_is_whole_is_no_index()
    {
        Append(1, 300);
        Process().Refresh();
        var kept = LogIndexFormat.Decode(File.ReadAllBytes(IndexPath))!;
        foreach (var odd in new[]
        {
            kept with { Bytes = -1 }, kept with { Bytes = kept.Bytes + 1 }, kept with { LineCount = -1 }, kept with { CheckpointStride = 0 }, kept with { Checkpoints = [] },
            kept with { Checkpoints = [0, 5, 5] }, kept with { Checkpoints = [0, long.MaxValue] }, kept with { SampleStride = 0 }, kept with { Tail = [] }, kept with { Head = [1] },
        })
        {
            Assert.Null(LogIndexFormat.Decode(LogIndexFormat.Encode(odd)));
        }
    }

    [Theory]
    [InlineData("a link to the index")]
    [InlineData("a folder as index")]
    [InlineData("a file as folder")]
    [InlineData("a linked folder")]
    public void Where_no_index_can_be_kept_the_answer_is_the_same(string how)
    {
        var target = Path.Combine(repository.Path, "target");
        var folder = Path.GetDirectoryName(IndexPath)!;
        Directory.CreateDirectory(how.StartsWith("a file", StringComparison.Ordinal) || how == "a linked folder" ? Path.GetDirectoryName(folder)! : folder);
        switch (how)
        {
            case "a link to the index":
                File.WriteAllText(target, "mine");
                File.CreateSymbolicLink(IndexPath, target);
                break;
            case "a folder as index":
                Directory.CreateDirectory(IndexPath);
                break;
            case "a file as folder":
                File.WriteAllText(folder, string.Empty);
                break;
            default:
                Directory.CreateDirectory(target);
                Directory.CreateSymbolicLink(folder, target);
                break;
        }

        Append(1, 300);
        AssertSameAsFresh(Process().Refresh());
        Append(301, 1);
        AssertSameAsFresh(Process().Refresh());
        Assert.True(!File.Exists(target) || File.ReadAllText(target) == "mine");
        Assert.True(!Directory.Exists(target) || !Directory.EnumerateFileSystemEntries(target).Any());
    }

    [Fact]
    public void Whatever_happens_to_the_log_every_process_says_what_is_in_it() =>
        Gen.Select(Gen.Int[0, 8], Gen.Int[1, 150], Gen.Bool).Array[1, 25].SampleSeeded(
            steps =>
            {
                using var other = new TempRepository();
                Directory.CreateDirectory(Path.GetDirectoryName(other.LogPath)!);
                var log = new EventLog(new SuperloopFolder(other.Path), TempRepository.LoopId);
                var next = 1;
                var touched = 0;
                foreach (var (what, amount, isNewProcess) in steps)
                {
                    var content = File.Exists(other.LogPath) ? File.ReadAllText(other.LogPath) : string.Empty;
                    switch (what)
                    {
                        case <= 3:
                            other.AppendLog(string.Concat(Enumerable.Range(next, amount).Select(Line)));
                            next += amount;
                            break;
                        case 4:
                            other.AppendLog(Line(next++)[..(amount * 5)]);
                            break;
                        case 5:
                            other.AppendLog("\n \n");
                            break;
                        case 6 when content.Length > 0:
                            File.WriteAllText(other.LogPath, content[..(content.Length * amount / 200)]);
                            break;
                        case 7 when content.Length > 0:
                            // In place, the length stays; a file system's clock may be too coarse to show it, so it is moved.
                            var at = content.Length * (amount - 1) / 150;
                            File.WriteAllText(other.LogPath, content[..at] + (content[at] == 'x' ? 'y' : 'x') + content[(at + 1)..]);
                            File.SetLastWriteTimeUtc(other.LogPath, DateTime.UnixEpoch.AddSeconds(++touched));
                            break;
                        default:
                            File.Delete(other.LogPath);
                            break;
                    }

                    // What was changed in place far from the ends of a log that has also grown since the index was kept is not noticed.
                    log = isNewProcess && what != 7 ? new EventLog(new SuperloopFolder(other.Path), TempRepository.LoopId) : log;
                    AssertSays(log, other);
                }
            },
            iter: 40,
            threads: 1);

    private static void AssertSays(EventLog log, TempRepository repository)
    {
        var bytes = File.Exists(repository.LogPath) ? File.ReadAllBytes(repository.LogPath) : [];
        var complete = Encoding.UTF8.GetString(bytes).Split('\n')[..^1];
        var view = log.Refresh();
        Assert.Equal((complete.Length, bytes.Length), ((int)view.LineCount, (int)view.SizeBytes));
        Assert.Equal(File.Exists(repository.LogPath) ? Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)) : null, view.Sha256);
        var fresh = new LogFacts();
        for (var i = 0; i < complete.Length; i++)
        {
            using var line = LogLine.Parse(Encoding.UTF8.GetBytes(complete[i]));
            fresh = fresh.Add(i + 1, line);
        }

        Assert.Equal(fresh, view.Facts);
        var cursor = complete.Length / 2;
        Assert.Equal(complete[cursor..].Where(static l => l.Trim().Length > 0), Texts(log.ReadPage(cursor, int.MaxValue, int.MaxValue, Raw)));
    }

    private static string Line(int number)
    {
        var line = $"{{\"timestamp\":\"2026-01-01T00:00:00Z\",\"event\":\"e{number}\",\"run_id\":\"r\",\"iteration\":{number},\"data\":{{\"pad\":\"";
        return line + new string('p', LineBytes - line.Length - 5) + "\"}}\n";
    }

    private static ReadOnlyMemory<byte> Name(long number, AssembledLine line, LogLine judged, LogView view) => Encoding.UTF8.GetBytes(judged.Name);

    private static ReadOnlyMemory<byte> Raw(long number, AssembledLine line, LogLine judged, LogView view) => line.Bytes.ToArray();

    private static IEnumerable<string> Texts(LogPage page) => page.Envelopes.Select(static e => Encoding.UTF8.GetString(e.Span));

    private EventLog Process() => new(new SuperloopFolder(repository.Path), TempRepository.LoopId);

    private void Append(int first, int count) => repository.AppendLog(string.Concat(Enumerable.Range(first, count).Select(Line)));

    private void Rewrite(int first, int count) => File.WriteAllText(repository.LogPath, string.Concat(Enumerable.Range(first, count).Select(Line)));

    private void Change(int at)
    {
        using (var file = File.OpenWrite(repository.LogPath))
        {
            file.Position = at;
            file.WriteByte((byte)'!');
        }

        File.SetLastWriteTimeUtc(repository.LogPath, DateTime.UnixEpoch.AddSeconds(at));
    }

    /// <summary>Compares with what a process says that finds no index.</summary>
    private void AssertSameAsFresh(LogView view, bool sameEpoch = true)
    {
        using var fresh = new TempRepository();
        Directory.CreateDirectory(Path.GetDirectoryName(fresh.LogPath)!);
        File.Copy(repository.LogPath, fresh.LogPath);
        var expected = new EventLog(new SuperloopFolder(fresh.Path), TempRepository.LoopId).Refresh();
        Assert.Equal(expected with { Epoch = null, ModifiedSeconds = null }, view with { Epoch = null, ModifiedSeconds = null });
        if (sameEpoch)
        {
            Assert.DoesNotContain(".", view.Epoch!, StringComparison.Ordinal);
        }
    }
}
