using System.Text.Json;
using OpsManager.Corpus.Tests.Replay;
using OpsManager.Testing;
using OpsManager.Testing.Corpus;
using SuperloopAdapter;

namespace OpsManager.Corpus.Tests.Expected;

public sealed class EventsTests
{
    /// <summary>Where the peer stops for ever at a line it cannot read; ours quarantines that line and goes on.</summary>
    private static readonly Dictionary<string, (int Quarantined, int Events)> Stopped = new(StringComparer.Ordinal)
    {
        ["synthetic-torn/04-garbage-middle-line"] = (3, 9),
        ["synthetic-torn/05-event-without-name"] = (3, 9),
    };

    public static TheoryData<string, string> WithEvents
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var step in CorpusLibrary.Steps)
            {
                foreach (var loop in step.JudgedLoops.Where(l => step.ReadExpectedEvents(l).Count > 0))
                {
                    data.Add(step.Id, loop);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(WithEvents))]
    public async Task Equal_the_recorded_envelopes(string stepId, string loopId)
    {
        var step = CorpusLibrary.Step(stepId);
        using var repository = new PlayedRepository();
        step.MoveTreeTo(repository.Path);
        using var adapter = new Adapter(repository.Path, repository.Processes, new InstantTimeProvider(step.Meta.CapturedAt));
        var recorded = step.ReadExpectedEvents(loopId);
        using var first = JsonDocument.Parse(recorded[0]);
        var page = await adapter.EventsAsync(loopId, 0, 2000, first.RootElement.GetProperty("traceId").GetString(), CancellationToken.None);

        Assert.All(recorded.Zip(page.Envelopes), static pair =>
        {
            using var ours = JsonDocument.Parse(pair.Second);
            using var theirs = JsonDocument.Parse(pair.First);
            Assert.Equal(["source.repoPath"], JsonDifferences.Between(ours.RootElement, theirs.RootElement).Keys);
        });

        var (line, count) = Stopped.GetValueOrDefault(stepId, (0, recorded.Count));
        Assert.Equal(count, page.Envelopes.Count);
        Assert.Equal(count, page.EndLine);
        if (line > 0)
        {
            using var quarantined = JsonDocument.Parse(page.Envelopes[line - 1]);
            Assert.Equal("line_quarantined", quarantined.RootElement.GetProperty("event").GetProperty("name").GetString());
            Assert.Equal(line, quarantined.RootElement.GetProperty("sequence").GetProperty("value").GetInt64());
        }
    }
}
