using System.Text.Json;
using OpsManager.Core.Decisions;
using OpsManager.Core.Evidence;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Tests.Replay;

/// <summary>
/// Follows one loop through the steps of a scenario as a manager that polls it would: attaches, reads the log from its cursor,
/// decides, remembers. A launch after a run's end opens a new Loop Run.
/// </summary>
public sealed class ReplayDriver(string loopId, DateTimeOffset start)
{
    private static readonly TimeSpan[] Looks = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30)];

    private DateTimeOffset _now = start;
    private List<string> _log = [];
    private int _epoch = 1;
    private int _cursor;
    private long _sequence;
    private int _runs;
    private bool _attached;
    private LoopRun? _run;

    /// <summary>The run as it stands; its memory goes through the stored form at every step.</summary>
    public LoopRun Run => _run ??= NewRun();

    /// <summary>All transitions of all runs.</summary>
    public List<(int Run, Transition Transition)> Transitions { get; } = [];

    /// <summary>Looks at a step several times.</summary>
    public void Observe(RecordedStep step)
    {
        foreach (var look in Looks)
        {
            _now += look;
            Poll(step);
            if (Run.Lifecycle.State.IsTerminal() && HasNewerLaunch(step))
            {
                _run = NewRun();
                _attached = false;
                Poll(step);
            }
        }
    }

    private LoopRun NewRun() => LoopRun.Create(
        new RunSpec
        {
            RunId = RunId.Parse($"replay-{++_runs}"),
            Launch = LaunchKind.Attach,
            LoopId = LoopId.Parse(loopId),
            Sprite = new SpriteRef(SpriteName.Parse("sprite-1"), new Uri("http://127.0.0.1:9/"), null),
            CreatedAt = _now,
        },
        PolicyProfiles.Find(PolicyProfiles.Default)!);

    private void Poll(RecordedStep step)
    {
        var lines = RecordedTree.Lines(step, loopId);
        var changes = NoteShrinking(lines);
        if (!_attached)
        {
            _attached = true;
            _cursor = (int)AttachScanner.BaseLine(Scan(lines));
        }

        var facts = new List<ReceivedFact>();
        for (var line = _cursor + 1; line <= lines.Count; line++)
        {
            if (!string.IsNullOrWhiteSpace(lines[line - 1]))
            {
                facts.Add(new ReceivedFact(Fact(lines, line, ++_sequence), _now));
            }
        }

        _cursor = lines.Count;
        _log = [.. lines];
        var observation = ObservationBuilder.Build(Run.Spec.Launch, Run.Evidence, facts, RecordedTree.Snapshot(step, loopId, _now), _now, _cursor, changes);
        var decision = RunDecider.Decide(Run, new DecisionInput.Observed(observation), _now);
        Transitions.AddRange(decision.Transitions.Select(transition => (_runs, transition)));
        _run = JsonSerializer.Deserialize<LoopRun>(JsonSerializer.Serialize(decision.Run, CoreJson.Options), CoreJson.Options)!;
    }

    private List<string> NoteShrinking(IReadOnlyList<string> lines)
    {
        if (lines.Count >= _cursor || !_attached)
        {
            return [];
        }

        _epoch++;
        var isPrefix = lines.SequenceEqual(_log.Take(lines.Count), StringComparer.Ordinal);
        _cursor = isPrefix ? lines.Count : 0;
        return [isPrefix ? "log_truncated" : "log_replaced"];
    }

    private bool HasNewerLaunch(RecordedStep step) =>
        AttachScanner.BaseLine(Scan(RecordedTree.Lines(step, loopId))) is var baseLine
        && Run.Evidence.Attempts is [.., var current]
        && current.Epoch == _epoch
        && baseLine > current.BaseLine;

    private AttachScan Scan(IReadOnlyList<string> lines) =>
        AttachScanner.Apply(AttachScan.Beginning, Enumerable.Range(1, lines.Count).Select(line => Fact(lines, line, line)));

    private EventFact Fact(IReadOnlyList<string> lines, int line, long sequence) =>
        RecordedTree.Event(lines[line - 1], line, lines.Count) is { } envelope
            ? EventFactReader.Read(envelope, sequence, _epoch, line)
            : EventFactReader.Quarantined(sequence, _epoch, line);
}
