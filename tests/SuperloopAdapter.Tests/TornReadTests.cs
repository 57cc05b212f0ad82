using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpsManager.Contract;
using Xunit.Abstractions;

namespace SuperloopAdapter.Tests;

/// <summary>
/// A writer that truncates and writes the way the runtime does, and appends in pieces, as fast as it can; a service and one-shot
/// calls read beside it. Real time by its nature: 10 s, or as many as SUPERLOOP_TORN_SECONDS says.
/// </summary>
public sealed class TornReadTests(ITestOutputHelper output)
{
    private const string LoopId = TempRepository.LoopId;

    private const string Summary = $"loops/{LoopId}/run-summary.json";

    private static readonly string[] Files = ["state.json", "active-run.json", Summary, $"loops/{LoopId}/approval.json"];

    [Fact]
    public async Task No_half_written_moment_becomes_a_fact_and_no_event_is_lost_or_doubled()
    {
        using var repository = new TempRepository();
        repository.Write("config.json", "{\"loops\":[{\"id\":\"demo-loop\"}]}");
        foreach (var file in Files)
        {
            repository.Write(file, Content(file, 0));
        }

        repository.AppendLog(Line(1));
        using var stop = new CancellationTokenSource(Duration);
        var writer = Task.Factory.StartNew(() => Write(repository, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        using var service = new Adapter(repository.Path, RecordedProcesses.Unreadable, TimeProvider.System);
        var reader = new Reader(repository);
        while (!writer.IsCompleted)
        {
            await reader.LookAsync(service);
            using var once = new Adapter(repository.Path, RecordedProcesses.Unreadable, TimeProvider.System);
            await reader.LookAsync(once);
        }

        var (rounds, lines) = await writer;
        using var last = new Adapter(repository.Path, RecordedProcesses.Unreadable, TimeProvider.System);
        while (reader.Cursor < lines)
        {
            await reader.LookAsync(last);
        }

        output.WriteLine($"{rounds} rounds written, {lines} events; {reader.Looks} looks, {reader.Unknown} of {reader.Values} artifacts unknown, {reader.Hashed} hashes compared");
        Assert.Equal(lines, reader.Cursor);
        Assert.True(reader.Looks > 5, $"only {reader.Looks} looks");
        Assert.True(reader.Unknown < reader.Values, "nothing was ever read");
    }

    /// <summary>
    /// A log that is cut back and written on, again and again: to nothing, or to the beginning that all its versions share. Each line says of
    /// which version it is.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public async Task A_log_that_is_written_anew_is_never_told_as_a_mixture_of_two(int shared)
    {
        using var repository = new TempRepository();
        repository.AppendLog(string.Concat(Enumerable.Range(1, shared).Select(n => Stamped(0, n))));
        using var stop = new CancellationTokenSource();
        var writer = Task.Factory.StartNew(() => Rewrite(repository.LogPath, shared, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        using var service = new Adapter(repository.Path, RecordedProcesses.Unreadable, TimeProvider.System);
        var (told, moving) = (0, 0);
        Dictionary<string, long> versions = new(StringComparer.Ordinal);
        var began = TimeProvider.System.GetTimestamp();
        TimeSpan Elapsed() => TimeProvider.System.GetElapsedTime(began);
        while (Elapsed() < Duration / 4 || ((told < 20 || versions.Count < 5) && Elapsed() < TimeSpan.FromMinutes(1)))
        {
            using var once = new Adapter(repository.Path, RecordedProcesses.Unreadable, TimeProvider.System);
            foreach (var adapter in new[] { service, once })
            {
                try
                {
                    var page = await adapter.EventsAsync(LoopId, 0, 2000, null, CancellationToken.None, 16 * 1024 * 1024);
                    var version = Versions(page).Where((_, line) => line >= shared).Distinct().ToList();
                    Assert.True(version.Count <= 1, $"a page of versions {string.Join(", ", version)}");

                    // What one adapter calls one log is one: by this a reader knows that it may go on after its cursor.
                    if (version is [var only] && adapter == service)
                    {
                        Assert.Equal(only, versions.GetValueOrDefault(page.View.Epoch!, only));
                        versions[page.View.Epoch!] = only;
                    }

                    AssertOneLog(page.View, shared);
                    told++;
                }
                catch (AdapterException e)
                {
                    Assert.Equal("artifact_unreadable", e.Error.Code);
                    moving++;
                }
            }
        }

        await stop.CancelAsync();
        var written = await writer;
        output.WriteLine($"{written} versions written; told {told} times, {versions.Count} of them apart; {moving} times it did not hold still");
        Assert.True(told >= 20 && versions.Count >= 5, $"told {told} times, {versions.Count} versions");
    }

    private static TimeSpan Duration => TimeSpan.FromSeconds(
        Environment.GetEnvironmentVariable("SUPERLOOP_TORN_SECONDS") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : 10);

    /// <summary>The hash is of the very bytes that the counts and the last event are of.</summary>
    private static void AssertOneLog(Log.LogView view, int shared)
    {
        if (view.Facts.Last is not { Iteration: { } version } last)
        {
            return;
        }

        var content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, (int)view.LineCount + 1).Select(n => Stamped(n <= shared ? 0 : Math.Max(version, 1), n))));
        Assert.Equal(view.LineCount, last.Line);
        var whole = view.SizeBytes - content.AsSpan(0, (int)view.SizeBytes).LastIndexOf((byte)'\n') == 1;
        if (whole || version > 0)
        {
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content.AsSpan(0, (int)view.SizeBytes))), view.Sha256);
        }
    }

    private static IEnumerable<long> Versions(Log.LogPage page)
    {
        foreach (var envelope in page.Envelopes)
        {
            using var json = JsonDocument.Parse(envelope);
            var said = json.RootElement.GetProperty("event").GetProperty("payload");
            Assert.Equal(json.RootElement.GetProperty("sequence").GetProperty("value").GetInt64(), said.GetProperty("number").GetInt64());
            yield return said.GetProperty("version").GetInt64();
        }
    }

    private static long Rewrite(string path, int shared, CancellationToken stop)
    {
        using var log = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        var beginning = log.Length;
        long version = 0;
        while (!stop.IsCancellationRequested)
        {
            version++;
            log.SetLength(beginning);
            log.Position = beginning;
            for (var number = shared + 1; number <= shared + 400; number++)
            {
                log.Write(Encoding.UTF8.GetBytes(Stamped(version, number)));
            }

            // Long enough to be read in, short enough to be hit.
            stop.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(version % 4 * 15));
        }

        return version;
    }

    private static string Stamped(long version, long number) =>
        $"{{\"timestamp\":\"2026-01-01T00:00:00Z\",\"event\":\"e\",\"run_id\":\"r\",\"iteration\":{version},\"data\":{{\"version\":{version},\"number\":{number},\"pad\":\"{new string('x', 400)}\"}}}}\n";

    /// <summary>Rewrites every artifact by truncating it and writing it in pieces, and appends lines in pieces, without a pause.</summary>
    private static (int Rounds, long Lines) Write(TempRepository repository, CancellationToken stop)
    {
        using var log = new FileStream(repository.LogPath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        long lines = 1;
        var round = 0;
        while (!stop.IsCancellationRequested)
        {
            round++;
            foreach (var file in Files)
            {
                // `jq ... > file`: the shell truncates, and what jq says comes later and in pieces.
                using var artifact = new FileStream(repository.File(file), FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                var bytes = Encoding.UTF8.GetBytes(Content(file, round));
                artifact.Write(bytes.AsSpan(0, bytes.Length / 3));
                Append(log, ++lines);
                artifact.Write(bytes.AsSpan(bytes.Length / 3));
            }
        }

        return (round, lines);
    }

    private static void Append(FileStream log, long number)
    {
        var line = Encoding.UTF8.GetBytes(Line(number));
        var cut = (int)(number % line.Length);
        log.Write(line.AsSpan(0, cut));
        log.Write(line.AsSpan(cut));
    }

    private static string Line(long number) =>
        $"{{\"timestamp\":\"2026-01-01T00:00:00Z\",\"event\":\"{(number == 1 ? "loop_start" : "role_start")}\",\"run_id\":\"r\",\"iteration\":1,\"data\":{{\"number\":{number}}}}}\n";

    /// <summary>Padded, so that each version has the same size: only the times tell them apart.</summary>
    private static string Content(string file, int round) =>
        file == Summary ? $"{{\"version\":1,\"loop_id\":\"demo-loop\",\"entries\":[{Value(Summary, round)}]}}" : Value(file, round);

    /// <summary>What a snapshot carries of it.</summary>
    private static string Value(string file, int round)
    {
        var number = round.ToString(CultureInfo.InvariantCulture);
        var said = file switch
        {
            "state.json" => "\"active\":true,\"current_loop_id\":\"demo-loop\"",
            "active-run.json" => "\"loop_id\":\"demo-loop\",\"stage\":\"loop_start\"",
            _ => "\"status\":\"consumed\"",
        };
        return $"{{{said},\"iteration\":{number},\"pad\":\"{new string('x', 2000 - number.Length)}\"}}";
    }

    private sealed class Reader(TempRepository repository)
    {
        private readonly Dictionary<string, long> newest = new(StringComparer.Ordinal);

        public long Cursor { get; private set; }

        public int Looks { get; private set; }

        public int Values { get; private set; }

        public int Unknown { get; private set; }

        public int Hashed { get; private set; }

        public async Task LookAsync(Adapter adapter)
        {
            var verdict = EnvelopeValidator.ReadSnapshot(await adapter.SnapshotAsync(LoopId, null, CancellationToken.None), LoopId);
            var snapshot = Assert.IsType<ValidEnvelope<LoopRunSnapshot>>(verdict).Envelope;
            var unreadable = snapshot.Ext!.Unreadable;
            Check("state.json", "state", snapshot.Runtime.SuperloopState, snapshot.Artifacts.State, unreadable);
            Check("active-run.json", "activeRun", snapshot.Runtime.ActiveRun, snapshot.Artifacts.ActiveRun, unreadable);
            Check(Summary, "runSummary", snapshot.Run.Summary, snapshot.Artifacts.RunSummary, unreadable);
            Check($"loops/{LoopId}/approval.json", "approval", snapshot.Runtime.Approval, snapshot.Artifacts.Approval, unreadable);

            // The run began and never ended; where the file that says so is unknown, so is the run.
            Assert.Equal(snapshot.Runtime.SuperloopState is null ? LoopRunStatus.Unknown : LoopRunStatus.Running, snapshot.Run.Status);
            Assert.False(snapshot.Health.HasPendingApproval);
            Assert.True(snapshot.Artifacts.Events.LineCount >= Cursor);
            if (Looks++ % 20 == 0)
            {
                Assert.Equal(HashOfLog(snapshot.Artifacts.Events.SizeBytes), snapshot.Artifacts.Events.Sha256);
                Hashed++;
            }

            await PollAsync(adapter);
        }

        private async Task PollAsync(Adapter adapter)
        {
            var page = await adapter.EventsAsync(LoopId, Cursor, 2000, null, CancellationToken.None);
            foreach (var envelope in page.Envelopes)
            {
                using var json = JsonDocument.Parse(envelope);
                var number = json.RootElement.GetProperty("sequence").GetProperty("value").GetInt64();
                Assert.Equal(Cursor + 1, number);
                Assert.Equal(number, json.RootElement.GetProperty("event").GetProperty("payload").GetProperty("number").GetInt64());
                Cursor = number;
            }

            Assert.Equal(Cursor, page.EndLine);
        }

        private void Check(string file, string member, JsonElement? value, ArtifactInfo info, IReadOnlyDictionary<string, string>? unreadable)
        {
            Values++;
            Assert.True(info.Exists, $"{file} was called absent");
            if (value is not { ValueKind: not JsonValueKind.Null } said)
            {
                Unknown++;
                Assert.Equal("torn", unreadable![member]);
                return;
            }

            var round = said.GetProperty("iteration").GetInt64();
            Assert.Equal(Value(file, (int)round), said.GetRawText());
            Assert.True(round >= newest.GetValueOrDefault(file), $"an older {file} was served after a newer one");
            newest[file] = round;
        }

        private string HashOfLog(long size)
        {
            using var log = File.Open(repository.LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[size];
            log.ReadExactly(bytes);
            return Convert.ToHexStringLower(SHA256.HashData(bytes));
        }
    }
}
