using System.Globalization;
using System.Text;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Log;

namespace SuperloopAdapter.Tests;

public sealed class EventLogTests : IDisposable
{
    private readonly TempRepository repository = new();
    private readonly EventLog log;

    public EventLogTests() => log = new EventLog(new SuperloopFolder(repository.Path), TempRepository.LoopId);

    public void Dispose() => repository.Dispose();

    [Fact]
    public void A_missing_log_is_empty_and_appears_later()
    {
        Assert.Equal(LogView.Absent, log.Refresh());
        Append(1, 2);
        Assert.Equal(2, log.Refresh().LineCount);
        Assert.Equal(0, log.Rebuilds);
    }

    [Fact]
    public void A_torn_last_line_is_no_event_until_its_line_feed_is_there()
    {
        Append(1, 1);
        var line = Line(2);
        repository.AppendLog(line[..10]);
        Assert.Equal(1, log.Refresh().LineCount);
        Assert.Empty(Names(1));
        repository.AppendLog(line[10..^1]);
        Assert.Equal(1, log.Refresh().LineCount);
        repository.AppendLog("\n");
        var view = log.Refresh();
        Assert.Equal(2, view.LineCount);
        Assert.Equal(["e2"], Names(1));
        Assert.Equal(Sha256OfFile(), view.Sha256);
        Assert.Equal(0, log.Rebuilds);
    }

    [Fact]
    public void Growth_costs_the_new_bytes_and_no_others()
    {
        Append(1, 20_000);
        log.Refresh();
        var before = log.BytesRead;
        var size = new FileInfo(repository.LogPath).Length;

        // The windows read again tell whether it was cut back meanwhile.
        Assert.Equal(size + (2 * 4096), before);

        Append(20_001, 10);
        log.Refresh();
        var added = new FileInfo(repository.LogPath).Length - size;

        // The two windows that prove that it is the same log, and the three that prove that it was so until the end.
        Assert.Equal(added + (5 * 4096), log.BytesRead - before);
        before = log.BytesRead;
        log.Refresh();
        Assert.Equal(before, log.BytesRead);

        Assert.Equal(Enumerable.Range(20_001, 10).Select(static n => $"e{n}"), Names(20_000));
        Assert.InRange(log.BytesRead - before, 1, 64 * 200);
        Assert.Equal(Sha256OfFile(), log.Refresh().Sha256);
    }

    [Fact]
    public void Every_cursor_finds_its_line_however_long_the_log()
    {
        var text = new StringBuilder();
        for (var i = 1; i <= 1_200_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{\"timestamp\":\"t\",\"event\":\"e{i}\"}}\n");
        }

        repository.AppendLog(text.ToString());
        Assert.Equal(1_200_000, log.Refresh().LineCount);
        foreach (var cursor in new[] { 0, 1, 63, 64, 65, 16_383 * 64, (16_383 * 64) + 1, 1_048_575, 1_048_576, 1_199_999 })
        {
            Assert.Equal($"e{cursor + 1}", Names(cursor, 1).Single());
        }
    }

    [Theory]
    [InlineData(1, 400)]
    [InlineData(1, 2)]
    [InlineData(30, 400)]
    public void A_page_of_a_log_that_is_written_anew_meanwhile_is_of_the_new_one(int kept, int lines)
    {
        var pad = new string('p', 1000);
        string Text(int generation, int count) => string.Concat(Enumerable.Range(1, count).Select(n =>
            $"{{\"timestamp\":\"t\",\"event\":\"g{(n < kept ? 0 : generation)}-{n}\",\"data\":\"{pad}\"}}\n"));
        repository.AppendLog(Text(1, 300));
        var before = log.Refresh();
        var isRewritten = false;
        var page = log.ReadPage(0, int.MaxValue, int.MaxValue, (_, _, judged, _) =>
        {
            if (!isRewritten)
            {
                isRewritten = true;
                File.WriteAllText(repository.LogPath, Text(2, lines));
            }

            return Encoding.UTF8.GetBytes(judged.Name);
        });

        Assert.Equal(
            Enumerable.Range(1, lines).Select(n => $"g{(n < kept ? 0 : 2)}-{n}"),
            page.Envelopes.Select(static e => Encoding.UTF8.GetString(e.Span)));
        Assert.Equal(lines, page.View.LineCount);
        Assert.NotEqual(before.Epoch, page.View.Epoch);
    }

    [Fact]
    public void A_log_that_never_holds_still_is_unreadable_and_never_a_mixture()
    {
        var generation = 0;
        string Text() => string.Concat(Enumerable.Range(1, 300).Select(n => $"{{\"timestamp\":\"t\",\"event\":\"g{generation}-{n}\",\"data\":\"{new string('p', 1000)}\"}}\n"));
        repository.AppendLog(Text());
        var refused = Assert.Throws<AdapterException>(() => log.ReadPage(0, int.MaxValue, int.MaxValue, (number, _, judged, _) =>
        {
            if (number == 1)
            {
                generation++;
                File.WriteAllText(repository.LogPath, Text());
            }

            return Encoding.UTF8.GetBytes(judged.Name);
        }));
        Assert.Equal("artifact_unreadable", refused.Error.Code);
        Assert.Equal(300, log.Refresh().LineCount);
    }

    [Fact]
    public void A_log_cut_back_is_read_again_and_has_another_epoch()
    {
        Append(1, 100);
        var before = log.Refresh();
        Rewrite(1, 60);
        var after = log.Refresh();
        Assert.Equal(60, after.LineCount);
        Assert.NotEqual(before.Epoch, after.Epoch);
        Assert.Equal(1, log.Rebuilds);
        var ahead = Assert.Throws<AdapterException>(() => Names(100));
        Assert.Equal("cursor_ahead", ahead.Error.Code);
        Assert.Equal(60, ahead.Error.EventLineCount);
    }

    [Fact]
    public void A_log_replaced_by_a_longer_one_is_recognised()
    {
        Append(1, 10);
        var before = log.Refresh();
        Rewrite(1001, 50);
        var after = log.Refresh();
        Assert.Equal(50, after.LineCount);
        Assert.Equal("e1050", after.Facts.Last?.Name);
        Assert.NotEqual(before.Epoch, after.Epoch);
        Assert.Equal(1, log.Rebuilds);
    }

    [Fact]
    public void A_log_replaced_by_rename_is_recognised_even_with_the_same_content()
    {
        Append(1, 10);
        var before = log.Refresh();
        var copy = repository.LogPath + ".copy";
        File.Copy(repository.LogPath, copy);
        File.Move(copy, repository.LogPath, overwrite: true);
        var after = log.Refresh();
        Assert.Equal(before.LineCount, after.LineCount);
        Assert.Equal(before.Sha256, after.Sha256);
        Assert.NotEqual(before.Epoch, after.Epoch);
    }

    [Fact]
    public void A_line_changed_in_place_is_recognised()
    {
        Append(1, 5000);
        log.Refresh();
        using (var file = File.OpenWrite(repository.LogPath))
        {
            file.Position = Encoding.UTF8.GetByteCount(string.Concat(Enumerable.Range(1, 2500).Select(Line))) + 40;
            file.WriteByte((byte)'!');
        }

        Assert.Equal(Sha256OfFile(), log.Refresh().Sha256);
        Assert.Equal(1, log.Rebuilds);
    }

    [Fact]
    public void A_touched_log_is_the_same_log()
    {
        Append(1, 10);
        var before = log.Refresh();
        File.SetLastWriteTimeUtc(repository.LogPath, DateTime.UnixEpoch);
        var after = log.Refresh();
        Assert.Equal(before.Epoch, after.Epoch);
        Assert.Equal(0, log.Rebuilds);
    }

    [Fact]
    public void A_deleted_log_is_absent_and_the_next_one_begins_at_its_start()
    {
        Append(1, 10);
        log.Refresh();
        File.Delete(repository.LogPath);
        Assert.Equal(0, log.Refresh().LineCount);
        Append(501, 3);
        Assert.Equal(["e501", "e502", "e503"], Names(0));
    }

    [Fact]
    public void Two_readers_of_one_log_agree_on_its_epoch()
    {
        Append(1, 10);
        var other = new EventLog(new SuperloopFolder(repository.Path), TempRepository.LoopId);
        Assert.Equal(log.Refresh().Epoch, other.Refresh().Epoch);
        Append(11, 10);
        Assert.Equal(log.Refresh().Epoch, other.Refresh().Epoch);
    }

    [Fact]
    public void Blank_lines_have_a_number_and_no_envelope_and_the_page_passes_them()
    {
        repository.AppendLog("\n \t\r\n" + Line(1) + "\n\n");
        var page = log.ReadPage(0, 10, int.MaxValue, Envelope);
        Assert.Equal(["e1"], page.Envelopes.Select(static e => Encoding.UTF8.GetString(e.Span)));
        Assert.Equal(5, page.EndLine);
        Assert.Equal(5, log.ReadPage(3, 10, int.MaxValue, Envelope).EndLine);
    }

    [Fact]
    public void A_page_is_bounded_in_events_and_in_bytes_and_always_advances()
    {
        Append(1, 10);
        Assert.Equal(["e1", "e2", "e3"], Names(0, 3));
        var page = log.ReadPage(0, 10, 6, Envelope);
        Assert.Equal(2, page.Envelopes.Count);
        Assert.Equal(2, page.EndLine);
        Assert.Single(log.ReadPage(0, 10, 1, Envelope).Envelopes);
    }

    [Fact]
    public void Pages_together_are_the_log_whatever_their_size()
    {
        Append(1, 997);
        List<string> all = [];
        long cursor = 0;
        for (var size = 1; cursor < 997; size = (size % 13) + 1)
        {
            var page = log.ReadPage(cursor, size, int.MaxValue, Envelope);
            all.AddRange(page.Envelopes.Select(static e => Encoding.UTF8.GetString(e.Span)));
            cursor = page.EndLine;
        }

        Assert.Equal(Enumerable.Range(1, 997).Select(static n => $"e{n}"), all);
    }

    private static string Line(int number) => $"{{\"timestamp\":\"2026-01-01T00:00:00Z\",\"event\":\"e{number}\",\"run_id\":\"r\",\"iteration\":1}}\n";

    private static ReadOnlyMemory<byte> Envelope(long number, AssembledLine line, LogLine judged, LogView view) => Encoding.UTF8.GetBytes(judged.Name);

    private List<string> Names(long cursor, int max = 100_000) =>
        [.. log.ReadPage(cursor, max, int.MaxValue, Envelope).Envelopes.Select(static e => Encoding.UTF8.GetString(e.Span))];

    private void Append(int first, int count) => repository.AppendLog(string.Concat(Enumerable.Range(first, count).Select(Line)));

    private void Rewrite(int first, int count) => File.WriteAllText(repository.LogPath, string.Concat(Enumerable.Range(first, count).Select(Line)));

    private string Sha256OfFile() => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(repository.LogPath)));
}
