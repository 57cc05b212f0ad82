using System.Text.Json;
using OpsManager.Contract;
using OpsManager.Testing;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Log;

namespace SuperloopAdapter.Tests.Fuzzing;

/// <summary>Sends bytes the way an artifact or a log goes, and asserts what must hold whatever they are.</summary>
internal static class ReadingPath
{
    private const string LoopId = TempRepository.LoopId;

    /// <summary>The parsers: a value they give can be written, and read again by a reader of the contract.</summary>
    public static void ReadArtifact(byte[] input, Random random)
    {
        ArtifactContent content;
        try
        {
            content = random.Next(2) == 0 ? ArtifactParsers.WholeObject(input) : ArtifactParsers.LastSummaryEntry(input);
        }
        catch (JsonException)
        {
            // What the reader of artifacts takes for torn.
            return;
        }

        Assert.NotEqual(content.Value is null, content.Unreadable is null);
        if (content.Value is { } value)
        {
            using var again = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Default), ArtifactParsers.Options);
            Assert.Equal(JsonValueKind.Object, again.RootElement.ValueKind);
            Assert.True(JsonText.IsValid(again.RootElement), "a value holds what is no text");
        }
    }

    /// <summary>The log, cut into chunks anywhere: every line has its number, every envelope is one, what is kept can be taken up.</summary>
    public static void ReadLog(byte[] input, Random random)
    {
        var envelopes = new EventEnvelopes("/repository", LoopId, "2026-01-01T00:00:00Z", null);
        var assembler = new LineAssembler(hashLongLines: true);
        var facts = LogFacts.Empty;
        long number = 0;
        for (var offset = 0; offset < input.Length;)
        {
            var length = Math.Min(input.Length - offset, random.Next(1, 8192));
            assembler.Feed(input.AsSpan(offset, length), line =>
            {
                number++;
                using var judged = line.Judge();
                facts = facts.Add(number, judged);
                if (judged.Kind != LineKind.Blank)
                {
                    CheckEnvelope(envelopes.Write(number, line, judged, LogView.Absent), judged, number);
                }

                return true;
            });
            offset += length;
        }

        Assert.Equal(input.AsSpan().Count((byte)'\n'), number);
        Assert.True((facts.Last?.Line ?? 0) <= number);
    }

    /// <summary>Everything at once, from the files to the answers.</summary>
    public static async Task ReadTreeAsync(TempRepository repository, Func<byte[]> input, Random random)
    {
        string[] files = ["state.json", "active-run.json", "config.json", .. new[] { "approval.json", "run-summary.json", "heartbeat.v1.json" }.Select(static f => $"loops/{LoopId}/{f}")];
        foreach (var file in files)
        {
            File.Delete(repository.File(file));
            if (random.Next(4) > 0)
            {
                await File.WriteAllBytesAsync(repository.File(file), input());
            }
        }

        var log = input();
        await File.WriteAllBytesAsync(repository.LogPath, log);
        await File.WriteAllBytesAsync(repository.File($"ops/loops/{LoopId}/events.index"), input());

        // Nothing waits in real time: a file that is torn stays so.
        var time = new InstantTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        using var adapter = new Adapter(repository.Path, RecordedProcesses.None, time);
        var verdict = EnvelopeValidator.ReadSnapshot(await adapter.SnapshotAsync(LoopId, null, CancellationToken.None), LoopId);
        var events = Assert.IsType<ValidEnvelope<LoopRunSnapshot>>(verdict).Envelope.Artifacts.Events;
        Assert.Equal((log.AsSpan().Count((byte)'\n'), log.Length), (events.LineCount, events.SizeBytes));
        for (long cursor = 0; cursor < events.LineCount;)
        {
            var page = await adapter.EventsAsync(LoopId, cursor, random.Next(1, 100), null, CancellationToken.None, random.Next(1, 100_000));
            Assert.True(page.EndLine > cursor, "a page did not advance");
            using var json = JsonDocument.Parse(adapter.WritePage(LoopId, page));
            cursor = page.EndLine;
        }
    }

    private static void CheckEnvelope(ReadOnlyMemory<byte> envelope, LogLine judged, long number)
    {
        using var json = JsonDocument.Parse(envelope);
        Assert.Equal(number, json.RootElement.GetProperty("sequence").GetProperty("value").GetInt64());
        var verdict = EnvelopeValidator.ReadEvent(envelope, LoopId);
        Assert.True((verdict is ValidEnvelope<LoopRunEvent>) == (judged.Kind == LineKind.Event), $"{judged.Kind} {judged.Reason}: {verdict}");
    }
}
