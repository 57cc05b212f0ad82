using OpsManager.Core.Decisions;
using OpsManager.Core.Evidence;
using OpsManager.Core.Health;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Core.Tests.Support;
using static OpsManager.Core.Lifecycle.LifecycleState;

namespace OpsManager.Core.Tests.Lifecycle;

/// <summary>Every step of the table is taken by the decider: a run that stands in one state finds the evidence of the other.</summary>
public sealed class EveryStepTests
{
    private static readonly DateTimeOffset Later = Story.Beginning.AddMinutes(5);

    public static TheoryData<LifecycleState, LifecycleState> Steps
    {
        get
        {
            var steps = new TheoryData<LifecycleState, LifecycleState>();

            foreach (var (from, to) in AllowedLifecycleTransitions.All)
            {
                steps.Add(from, to);
            }

            return steps;
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Each_step_is_taken(LifecycleState from, LifecycleState to)
    {
        var decision = Take(from, to);

        Assert.Equal((from, to), (decision.Transitions[^1].From!.Value, decision.Transitions[^1].To));
        Assert.Equal(to, decision.Run.Lifecycle.State);
    }

    private static Decision Take(LifecycleState from, LifecycleState to)
    {
        var run = Standing(from, to is Starting or Pending || (from == Pending && to == Cancelling));
        switch (to)
        {
            case Starting:
                return RunDecider.Decide(run, new DecisionInput.StartAnswered(new StartAnswer(true, null, null, 0)), Later);
            case Pending:
                return Look(run, new RuntimeFacts());
            case Cancelling or Resuming:
                var verb = to == Cancelling ? IntentVerb.Cancel : IntentVerb.Resume;
                var asked = RunDecider.Decide(run, new DecisionInput.IntentRequested(new IntentRequest { Id = IntentId.Parse("ask-1"), Verb = verb, By = "ann" }), Later);
                return RunDecider.Decide(asked.Run, new DecisionInput.PollFailed(new PollFailure("transport_timeout", "-", 1, Later)), Later);
            case Running:
                return Look(run, At(true), Undecided(from, "iteration_start"));
            case Pausing:
                return Look(run, At(true, stopped: true, children: 1), Undecided(from, "iteration_start"));
            case Paused:
                return Look(run, At(true, stopped: true), Undecided(from, "iteration_start"));
            case LifecycleState.AwaitingApproval:
                return Look(run, At(false), Undecided(from, "approval_requested"));
            case AwaitingRelaunch:
                return Look(run, At(false), from switch
                {
                    LifecycleState.AwaitingApproval => ["approval_decision"],
                    Pending or Starting => ["loop_start", "approval_requested", "approval_decision"],
                    _ => ["approval_requested", "approval_decision"],
                });
            case Lost:
                // Nothing concludes it; a person declares it while nobody can reach the sprite.
                var silent = run with { Health = HealthAssessor.PollFailed(run, new PollFailure("transport_unreachable", "-", 4, Story.Beginning), Later) };
                return RunDecider.Decide(silent, new DecisionInput.IntentRequested(new IntentRequest { Id = IntentId.Parse("lost-1"), Verb = IntentVerb.DeclareLost, By = "ann" }), Later);
            case Completed:
                return Look(run, At(false), Undecided(from, "loop_complete"));
            case Stopped:
                return Look(run, At(false), Undecided(from, "loop_stop"));
            case Failed:
                return Look(run, At(false), Undecided(from, "role_timeout"));
            case Crashed:
                return Look(run, At(false, exit: 137), Undecided(from, "iteration_start"));
            case Cancelled:
                return Look(run, At(false, exit: 143), Undecided(from, "iteration_start"));
            case TimedOut:
                return Look(
                    run with { Cancel = new CancelMemory(IntentId.Parse("ask-1"), "policy:max_active_duration", Story.Beginning, true) },
                    At(false, exit: 143),
                    Undecided(from, "iteration_start"));
            default:
                throw new InvalidOperationException($"Nothing leads to {to}.");
        }
    }

    /// <summary>Looks twice, some seconds apart: an end without a word in the log needs a second witness.</summary>
    private static Decision Look(LoopRun run, RuntimeFacts runtime, params string[] events)
    {
        var from = run.Lifecycle.State;
        var known = run.Evidence.Through;
        var facts = events.Select((name, index) => new ReceivedFact(
            new EventFact
            {
                Sequence = known + index + 1,
                Epoch = 1,
                Line = known + index + 1,
                Name = name,
                RuntimeRunId = known + index == 0 ? "r1" : name == "loop_start" ? "r2" : null,
                Iteration = 1,
                Status = name == "approval_decision" ? (events.Contains("approval_rejected") ? "rejected" : "approved") : null,
                Reason = name == "loop_stop" ? "stuck" : null,
                Timestamp = Later,
            },
            Later)).ToList();
        Decision? decision = null;
        for (var look = 1; look <= 2; look++)
        {
            decision = RunDecider.Decide(
                run,
                new DecisionInput.Observed(new Observation
                {
                    ReceivedAt = Later.AddSeconds(5 * look),
                    SpriteTime = Later.AddSeconds(5 * look),
                    Evidence = EvidenceFold.Apply(run.Evidence, facts, run.Spec.Launch),
                    CaughtUp = true,
                    Capabilities = Story.EveryCapability.ToValueList(),
                    Runtime = runtime,
                }),
                Later.AddSeconds(5 * look));
            run = decision.Run;
            if (run.Lifecycle.State != from)
            {
                return decision;
            }
        }

        throw new InvalidOperationException($"{from} is left by nothing that was seen.");
    }

    /// <summary>The events, after what takes up or repeats the launch where the state calls for it.</summary>
    private static string[] Undecided(LifecycleState from, string last) => from switch
    {
        Pending or Starting => ["loop_start", last],
        LifecycleState.AwaitingApproval => ["approval_decision", "loop_start", "approval_rejected", last],
        AwaitingRelaunch => ["loop_start", "approval_rejected", last],
        _ => [last],
    };

    private static RuntimeFacts At(bool alive, bool stopped = false, int children = 0, int? exit = null) => new()
    {
        State = new StateFileFacts(alive, Story.Loop, 1),
        ActiveRun = alive || exit == 137 ? new ActiveRunFacts(7, 7, Story.Loop, "role_start") : null,
        Leader = new LeaderFacts(alive, stopped, children, "b"),
        Exit = exit is { } code ? new ExitRecord(code, 100, "text") : null,
    };

    private static LoopRun Standing(LifecycleState state, bool launched)
    {
        var run = LoopRun.Create(
            new RunSpec
            {
                RunId = RunId.Parse("run-1"),
                Launch = launched ? LaunchKind.Start : LaunchKind.Attach,
                LoopId = LoopId.Parse(Story.Loop),
                Sprite = new SpriteRef(SpriteName.Parse("sprite-1"), new Uri("http://127.0.0.1:9/"), null),
                RelaunchOnDecision = false,
                CreatedAt = Story.Beginning,
            },
            PolicyProfiles.Find(PolicyProfiles.Default)!);
        string[] before = state switch
        {
            Pending or Starting => [],
            Cancelling when launched => [],
            LifecycleState.AwaitingApproval => ["loop_start", "approval_requested"],
            AwaitingRelaunch => ["loop_start", "approval_requested", "approval_decision"],
            _ => ["loop_start"],
        };
        var facts = before.Select(static (name, index) => new ReceivedFact(
            new EventFact
            {
                Sequence = index + 1,
                Epoch = 1,
                Line = index + 1,
                Name = name,
                RuntimeRunId = "r1",
                Iteration = 1,
                Status = name == "approval_decision" ? "approved" : null,
                Timestamp = Story.Beginning,
            },
            Story.Beginning));
        return run with
        {
            Lifecycle = LifecycleStatus.Live(state, Story.Beginning),
            Evidence = EvidenceFold.Apply(RunEvidence.None, facts, run.Spec.Launch),
            Capabilities = Story.EveryCapability.ToValueList(),
            Seen = run.Seen with { Observed = true, ActiveRunOurs = before.Length > 0, StartRequested = state == Pending && launched },
        };
    }
}
