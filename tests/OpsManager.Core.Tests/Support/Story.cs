using OpsManager.Core.Decisions;
using OpsManager.Core.Evidence;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Tests.Support;

/// <summary>Tells what happens to one loop and lets the decider look at it. The process is at work until told otherwise.</summary>
public sealed class Story
{
    public const string Loop = "loop-a";

    public static readonly DateTimeOffset Beginning = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly List<ReceivedFact> _unread = [];
    private long _sequence;

    public Story(LaunchKind launch = LaunchKind.Attach, bool relaunchOnDecision = true, RunPolicy? policy = null, Func<LoopRun, LoopRun>? change = null) => Run = (change ?? (static run => run))(LoopRun.Create(
        new RunSpec
        {
            RunId = RunId.Parse("run-1"),
            Launch = launch,
            LoopId = LoopId.Parse(Loop),
            Sprite = new SpriteRef(SpriteName.Parse("sprite-1"), new Uri("http://127.0.0.1:9/"), "token"),
            RelaunchOnDecision = relaunchOnDecision,
            CreatedAt = Beginning,
        },
        policy ?? PolicyProfiles.Find(PolicyProfiles.Default)!));

    public LoopRun Run { get; private set; }

    public DateTimeOffset Now { get; set; } = Beginning;

    public RuntimeFacts Files { get; set; } = new()
    {
        State = new StateFileFacts(true, Loop, 1),
        ActiveRun = new ActiveRunFacts(100, 100, Loop, "loop_start"),
    };

    public ValueList<string>? Capabilities { get; set; }

    public DateTimeOffset? SpriteTime { get; set; }

    public long Line { get; set; }

    public int Epoch { get; set; } = 1;

    public LifecycleState State => Run.Lifecycle.State;

    public Decision? Last { get; private set; }

    public List<Transition> Transitions { get; } = [];

    public List<Effect> Effects { get; } = [];

    public IEnumerable<string> Open => Run.Escalations.Select(static open => open.Code);

    /// <summary>A run that logs its launch and a role at work, and was seen so.</summary>
    public static Story AtWork(RunPolicy? policy = null)
    {
        var story = new Story(policy: policy).Log("loop_start").Log("iteration_start").Log("role_start", role: "implementer");
        story.Look();
        return story;
    }

    public Story Log(
        string name,
        string? run = "r1",
        long? iteration = 1,
        string? role = null,
        string? reason = null,
        string? status = null,
        string? by = null,
        long? timeout = null,
        DateTimeOffset? at = null,
        string? note = null)
    {
        _unread.Add(new ReceivedFact(
            new EventFact
            {
                Sequence = ++_sequence,
                Epoch = Epoch,
                Line = ++Line,
                Name = name,
                RuntimeRunId = run,
                Iteration = iteration,
                Role = role,
                Reason = reason,
                Status = status,
                DecidedBy = by,
                Note = note,
                TimeoutSeconds = timeout,
                Timestamp = at ?? Now,
            },
            Now));
        return this;
    }

    public Story With(Func<RuntimeFacts, RuntimeFacts> change)
    {
        Files = change(Files);
        return this;
    }

    /// <summary>An exit that leaves state.json behind as it ends in order.</summary>
    public Story ProcessEnds(bool stateActive = false) => With(files => files with
    {
        ActiveRun = null,
        State = new StateFileFacts(stateActive, Loop, 1),
    });

    public Story Leader(bool alive, bool stopped = false, int? children = 0, string boot = "boot-1") =>
        With(files => files with { Leader = new LeaderFacts(alive, stopped, children, boot) });

    public Story Exit(int code, long? line = null, string? text = null) =>
        With(files => files with { Exit = new ExitRecord(code, line ?? Line, text) });

    public Observation Observation(bool caughtUp = true, params string[] logChanges) => new()
    {
        ReceivedAt = Now,
        SpriteTime = SpriteTime,
        Evidence = EvidenceFold.Apply(Run.Evidence, _unread, Run.Spec.Launch),
        CaughtUp = caughtUp,
        Runtime = Files,
        Capabilities = Capabilities,
        LogChanges = logChanges.ToValueList(),
    };

    /// <summary>Looks once, some seconds later.</summary>
    public Story Look(double seconds = 5, bool caughtUp = true, params string[] logChanges)
    {
        Now += TimeSpan.FromSeconds(seconds);
        return Decide(new DecisionInput.Observed(Observation(caughtUp, logChanges)));
    }

    /// <summary>Looks often enough for every end to be settled.</summary>
    public Story Settle() => Look().Look().Look(60);

    public Story Fail(string code, int streak, double sinceSeconds, double seconds = 5, bool managerSuspected = false)
    {
        Now += TimeSpan.FromSeconds(seconds);
        return Decide(new DecisionInput.PollFailed(new PollFailure(code, "no answer", streak, Now - TimeSpan.FromSeconds(sinceSeconds)) { ManagerSuspected = managerSuspected }));
    }

    public Story Answer(StartAnswer answer)
    {
        Now += TimeSpan.FromSeconds(1);
        return Decide(new DecisionInput.StartAnswered(answer));
    }

    /// <summary>Every intent as it last stood, the newest of each id.</summary>
    public Dictionary<IntentId, Intent> Intents { get; } = [];

    /// <summary>The intent that the last decision wants sent; fails if it wants none.</summary>
    public Intent Sent
    {
        get
        {
            var id = Assert.Single(Last!.Effects.OfType<Effect.DeliverIntent>()).Intent;
            return Intents[id];
        }
    }

    public bool Sends => Last!.Effects.OfType<Effect.DeliverIntent>().Any();

    public static IReadOnlyList<string> EveryCapability { get; } = ["approve", "cancel", "diagnostics", "force_cancel", "pause", "reject", "resume", "start"];

    /// <summary>Somebody asks, a second later.</summary>
    public Story Ask(IntentVerb verb, string id = "", string by = "alice", Candidate? candidate = null)
    {
        Now += TimeSpan.FromSeconds(1);
        return Decide(new DecisionInput.IntentRequested(new IntentRequest
        {
            Id = IntentId.Parse(id.Length > 0 ? id : $"i-{Run.IntentCount + 1}"),
            Verb = verb,
            By = by,
            Candidate = candidate,
        }));
    }

    /// <summary>The adapter answers what was sent, a second later.</summary>
    public Story Reply(DeliveryOutcome outcome, string? code = null, string? detail = null, string? by = null)
    {
        var sent = Sent.Id;
        Now += TimeSpan.FromSeconds(1);
        return Decide(new DecisionInput.IntentAnswered(new DeliveryAnswer(sent, outcome, code, detail, by)));
    }

    /// <summary>The adapter offers everything.</summary>
    public Story Capable()
    {
        Capabilities = EveryCapability.ToValueList();
        return this;
    }

    public Story Decide(DecisionInput input)
    {
        Last = RunDecider.Decide(Run, input, Now);
        Run = Last.Run;
        Transitions.AddRange(Last.Transitions);
        Effects.AddRange(Last.Effects);
        Assert.All(Last.Effects.OfType<Effect.RaiseEscalation>(), static raised => Catalogued.Check(raised.Code, raised.Severity));
        foreach (var intent in Last.Intents)
        {
            Assert.False(Intents.TryGetValue(intent.Id, out var known) && known.IsFinal, $"{intent.Id} was {known?.Status} and is {intent.Status}");
            Intents[intent.Id] = intent;
        }

        return this;
    }
}
