using System.Text.Json;
using OpsManager.Testing.Corpus;

namespace OpsManager.Contract.Tests.Envelopes;

/// <summary>Every envelope the existing adapter is known to have written.</summary>
internal static class RecordedEnvelopes
{
    private static readonly Lazy<IReadOnlyList<RecordedEnvelope>> LazyAll = new(() => [.. FromSteps(), .. FromExchanges()]);

    public static IReadOnlyList<RecordedEnvelope> All => LazyAll.Value;

    public static IEnumerable<RecordedEnvelope> Snapshots => All.Where(static e => e.IsSnapshot);

    public static IEnumerable<RecordedEnvelope> Events => All.Where(static e => !e.IsSnapshot);

    private static IEnumerable<RecordedEnvelope> FromSteps()
    {
        foreach (var step in CorpusLibrary.Steps)
        {
            foreach (var loop in step.JudgedLoops)
            {
                var where = $"{step.Id} {loop}";
                if (step.ReadExpectedSnapshot(loop) is { } snapshot)
                {
                    yield return new RecordedEnvelope(where, Parse(snapshot));
                }

                var line = 0;
                foreach (var envelope in step.ReadExpectedEvents(loop))
                {
                    yield return new RecordedEnvelope($"{where}#{++line}", Parse(envelope));
                }
            }
        }
    }

    private static IEnumerable<RecordedEnvelope> FromExchanges()
    {
        foreach (var recording in CorpusLibrary.Recordings)
        {
            foreach (var json in recording.Exchanges.Select(static e => e.Response.Json).OfType<JsonElement>())
            {
                if (json.TryGetProperty("envelopeType", out _))
                {
                    yield return new RecordedEnvelope(recording.FileName, json);
                }

                if (json.TryGetProperty("events", out var events))
                {
                    var line = 0;
                    foreach (var envelope in events.EnumerateArray())
                    {
                        yield return new RecordedEnvelope($"{recording.FileName}#{++line}", envelope);
                    }
                }
            }
        }
    }

    private static JsonElement Parse(byte[] utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        return document.RootElement.Clone();
    }
}

internal sealed record RecordedEnvelope(string Where, JsonElement Json)
{
    public bool IsSnapshot => Json.GetProperty("envelopeType").ValueEquals(ContractVersion.SnapshotType);
}
