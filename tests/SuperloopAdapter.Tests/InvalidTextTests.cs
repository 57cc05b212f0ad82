using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OpsManager.Contract;
using OpsManager.Testing;

namespace SuperloopAdapter.Tests;

/// <summary>
/// JSON that parses although it holds what is no text: bytes that are no UTF-8, halves of surrogate pairs. A file of such is unreadable, a line
/// is set aside, a request is refused, and no answer ever holds any of it.
/// </summary>
public sealed class InvalidTextTests
{
    // Each character is a byte of the file.
    private const string NoUtf8 = "\u00FF\u00FE";
    private const string HalfPair = "\\ud800";

    private const string Loop = "loops/" + TempRepository.LoopId + "/";

    /// <summary>Each artifact with a spoiled value that is looked at, one that is only handed on, and a spoiled name.</summary>
    public static TheoryData<string, string, string> Artifacts()
    {
        var data = new TheoryData<string, string, string>();
        (string File, string Artifact, string Content)[] artifacts =
        [
            ("state.json", "state", """{"active":true,"current_loop_id":"SPOILED","iteration":1}"""),
            ("state.json", "state", """{"active":true,"x":["SPOILED"]}"""),
            ("state.json", "state", """{"active":true,"SPOILED":1}"""),
            ("active-run.json", "activeRun", """{"loop_id":"SPOILED","pid":1}"""),
            (Loop + "approval.json", "approval", """{"status":"SPOILED"}"""),
            (Loop + "approval.json", "approval", """{"status":"pending","candidate":{"SPOILED":{}}}"""),
            (Loop + "heartbeat.v1.json", "heartbeat", """{"timestamp":"SPOILED"}"""),
            (Loop + "run-summary.json", "runSummary", """{"updated_at":"SPOILED","entries":[]}"""),
            (Loop + "run-summary.json", "runSummary", """{"updated_at":"x","entries":[{"run_id":"SPOILED"}]}"""),
            (Loop + "run-summary.json", "runSummary", """{"SPOILED":"x","entries":[]}"""),
        ];
        foreach (var (file, artifact, content) in artifacts)
        {
            foreach (var spoiled in new[] { NoUtf8, HalfPair })
            {
                data.Add(file, artifact, content.Replace("SPOILED", spoiled, StringComparison.Ordinal));
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Artifacts))]
    public async Task A_file_that_is_no_text_is_unreadable_and_the_answer_is_text(string file, string artifact, string content)
    {
        ArgumentNullException.ThrowIfNull(content);
        using var repository = Repository();
        repository.Write(file, string.Empty);
        await File.WriteAllBytesAsync(repository.File(file), Encoding.Latin1.GetBytes(content));
        using var adapter = new Adapter(repository.Path, RecordedProcesses.None, new InstantTimeProvider(DateTimeOffset.UnixEpoch));

        var bytes = await adapter.SnapshotAsync(TempRepository.LoopId, null, CancellationToken.None);

        Assert.True(JsonText.IsValid(bytes), "the snapshot holds what is no text");
        var snapshot = Assert.IsType<ValidEnvelope<LoopRunSnapshot>>(EnvelopeValidator.ReadSnapshot(bytes, TempRepository.LoopId)).Envelope;
        Assert.Equal("invalid_text", snapshot.Ext!.Unreadable![artifact]);
    }

    [Theory]
    [InlineData("test-status.json", """{"ok":false,"SPOILED":1}""")]
    [InlineData("stuck.json", """{"test_signature":"SPOILED"}""")]
    [InlineData("checklist-status.json", """{"remaining":1,"x":"SPOILED"}""")]
    public async Task What_progress_is_read_from_counts_as_unknown(string file, string content)
    {
        ArgumentNullException.ThrowIfNull(content);
        foreach (var spoiled in new[] { NoUtf8, HalfPair })
        {
            using var repository = Repository();
            repository.AppendLog("{\"timestamp\":\"2026-01-01T00:00:00Z\",\"event\":\"iteration_end\",\"run_id\":\"r\",\"iteration\":1}\n");
            repository.Write(Loop + "test-status.json", """{"ok":false}""");
            await File.WriteAllBytesAsync(repository.File(Loop + file), Encoding.Latin1.GetBytes(content.Replace("SPOILED", spoiled, StringComparison.Ordinal)));
            using var adapter = new Adapter(repository.Path, RecordedProcesses.None, new InstantTimeProvider(DateTimeOffset.UnixEpoch));

            var bytes = await adapter.SnapshotAsync(TempRepository.LoopId, null, CancellationToken.None);

            Assert.True(JsonText.IsValid(bytes));
            Assert.IsType<ValidEnvelope<LoopRunSnapshot>>(EnvelopeValidator.ReadSnapshot(bytes, TempRepository.LoopId));
        }
    }

    [Fact]
    public async Task A_file_that_ends_within_a_character_is_torn_and_read_again()
    {
        using var repository = Repository();
        repository.Write("state.json", string.Empty);
        await File.WriteAllBytesAsync(repository.File("state.json"), [.. "{\"active\":true,\"current_loop_id\":\"\u00C3"u8.ToArray()[..^1]]);
        using var adapter = new Adapter(repository.Path, RecordedProcesses.None, new InstantTimeProvider(DateTimeOffset.UnixEpoch));

        using var snapshot = JsonDocument.Parse(await adapter.SnapshotAsync(TempRepository.LoopId, null, CancellationToken.None));

        Assert.Equal("torn", snapshot.RootElement.GetProperty("ext").GetProperty("unreadable").GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("""{"timestamp":"2026-01-01T00:00:00Z","event":"SPOILED"}""")]
    [InlineData("""{"timestamp":"2026-01-01T00:00:00Z","event":"x","SPOILED":1}""")]
    [InlineData("""{"timestamp":"2026-01-01T00:00:00Z","event":"x","data":{"y":["SPOILED"]}}""")]
    [InlineData("""{"timestamp":"2026-01-01T00:00:00Z","event":"x","run_id":"SPOILED","role":"SPOILED"}""")]
    public async Task A_line_that_is_no_text_is_quarantined_and_no_page_holds_it(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        using var repository = Repository();
        await File.AppendAllBytesAsync(repository.LogPath, [.. Encoding.Latin1.GetBytes(line.Replace("SPOILED", NoUtf8, StringComparison.Ordinal)), (byte)'\n']);
        await File.AppendAllBytesAsync(repository.LogPath, [.. Encoding.Latin1.GetBytes(line.Replace("SPOILED", HalfPair, StringComparison.Ordinal)), (byte)'\n']);
        using var adapter = new Adapter(repository.Path, RecordedProcesses.None, new InstantTimeProvider(DateTimeOffset.UnixEpoch));

        var page = await adapter.EventsAsync(TempRepository.LoopId, 1, 0, null, CancellationToken.None);

        var bytes = adapter.WritePage(TempRepository.LoopId, page);
        using var json = JsonText.Parse(bytes);
        Assert.Equal(["invalid_utf8", "invalid_text"], json.RootElement.GetProperty("events").EnumerateArray().Select(static e => e.GetProperty("ext").GetProperty("quarantine").GetProperty("reason").GetString()));
        Assert.True(JsonText.IsValid(await adapter.SnapshotAsync(TempRepository.LoopId, null, CancellationToken.None)));
    }

    [Theory]
    [InlineData("/ops/control", """{"loopId":"demo-loop","intent":"cancel","note":"SPOILED"}""")]
    [InlineData("/ops/control", """{"loopId":"demo-loop","intent":"cancel","SPOILED":1}""")]
    [InlineData("/ops/control", """{"loopId":"SPOILED","intent":"cancel"}""")]
    [InlineData("/ops/start", """{"loopId":"SPOILED","runId":"r"}""")]
    [InlineData("/ops/start", """{"loopId":"demo-loop","runId":"SPOILED"}""")]
    public async Task A_request_that_is_no_text_is_no_json(string path, string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        using var repository = Repository();
        await using var host = await AdapterHost.StartAsync(repository.Path, launching: new Launching.LaunchOptions("/bin/false", []));
        foreach (var spoiled in new[] { NoUtf8, HalfPair })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.Latin1.GetBytes(body.Replace("SPOILED", spoiled, StringComparison.Ordinal))) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add("X-Ops-Token", AdapterHost.Token);

            using var response = await host.Client.SendAsync(request);

            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains("invalid_json", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    private static TempRepository Repository()
    {
        var repository = new TempRepository();
        repository.AppendLog("{\"timestamp\":\"2026-01-01T00:00:00Z\",\"event\":\"loop_start\",\"run_id\":\"r\",\"iteration\":1}\n");
        return repository;
    }
}
