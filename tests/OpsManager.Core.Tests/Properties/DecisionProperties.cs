using System.Collections.Concurrent;
using System.Text.Json;
using CsCheck;
using OpsManager.Core.Decisions;
using OpsManager.Core.Evidence;
using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Core.Scheduling;
using OpsManager.Core.Verdicts;
using OpsManager.Testing;

namespace OpsManager.Core.Tests.Properties;

/// <summary>What holds for every sequence of inputs. A failure prints the seed that reproduces it.</summary>
public sealed class DecisionProperties
{
    private const string Loop = "loop-a";
    private const int Iterations = 3000;

    private static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly JsonSerializerOptions PlainOptions = new() { PropertyNameCaseInsensitive = true };

    private static readonly JsonSerializerOptions PrintOptions = new(CoreJson.Options) { IncludeFields = true };

    private static readonly Gen<string> Names = Gen.OneOf(
        "loop_start", "loop_start", "iteration_start", "iteration_start", "role_start", "role_end", "iteration_end", "tests_start",
        "approval_requested", "approval_wait", "approval_decision", "approval_decision", "approval_consumed", "approval_rejected",
        "usage_limit_blocked", "rate_limit_stop", "role_timeout", "no_progress_stop", "loop_stop", "loop_complete",
        "delegation_fail_role", "delegation_recon_violation", "gates_evaluated", "something_new", EventFact.QuarantinedName);

    private static readonly Gen<string?> Words = Gen.OneOf<string?>(null, "approved", "rejected", "stuck", "max_iterations", string.Empty);

    private static readonly Gen<DateTimeOffset?> Times = Gen.Int[-7200, 7200].Select(static s => s % 7 == 0 ? (DateTimeOffset?)null : Beginning + TimeSpan.FromSeconds(s));

    private static readonly Gen<string?> RunIds = Gen.OneOf<string?>(null, "r1", "r1", "r2", "r3");

    private static readonly Gen<EventFact> Facts = Gen.Select(
        Names,
        RunIds,
        Gen.OneOf<long>(Gen.Long[0, 6], Gen.Const(long.MaxValue)),
        Words,
        Times,
        Gen.Int[0, 30],
        static (name, run, iteration, word, time, epoch) => new EventFact
        {
            Sequence = 0,

            // Now and then a new epoch begins.
            Epoch = epoch == 0 ? 1 : 0,
            Line = epoch,
            Name = name,
            RuntimeRunId = run,
            Iteration = iteration == 0 ? null : iteration,
            Role = word,
            Status = word,
            Reason = word,
            Timestamp = time,
            DecidedBy = word,
            TimeoutSeconds = iteration,
        });

    private static readonly Gen<string?> LoopIds = Gen.OneOf<string?>(null, Loop, Loop, Loop, "loop-b");

    private static readonly Gen<StateFileFacts?> StateFiles = Gen.Select(Gen.Bool, LoopIds, Gen.Int[0, 3], static (active, loop, kind) => kind == 0 ? null : new StateFileFacts(active, loop, 1));

    private static readonly Gen<ActiveRunFacts?> ActiveRuns = Gen.Select(LoopIds, Gen.Int[0, 2], static (loop, kind) => kind == 0 ? null : new ActiveRunFacts(kind, kind, loop, "loop_start"));

    private static readonly Gen<ApprovalFileFacts?> Approvals = Gen.Select(
        Gen.OneOf<string?>(null, null, "pending", "approved", "rejected", "odd"),
        RunIds,
        static (status, run) => status is null ? null : new ApprovalFileFacts(status, run, 1, null, "alice", null));

    private static readonly Gen<LeaderFacts?> Leaders = Gen.Select(
        Gen.Int[0, 5],
        Gen.Int[-1, 2],
        Gen.OneOf<string?>(null, "b1", "b1", "b2"),
        static (kind, children, boot) => kind <= 1 ? null : new LeaderFacts(kind != 2, kind == 3, children < 0 ? null : children, boot));

    private static readonly Gen<ExitRecord?> Exits = Gen.Select(
        Gen.OneOf<int?>(null, null, null, 0, 1, 1, 143, 137, 7),
        Gen.Int[-1, 12],
        static (code, line) => code is null ? null : new ExitRecord(code.Value, line < 0 ? null : line, "text"));

    private static readonly Gen<RuntimeFacts> Runtimes = Gen.Select(
        Gen.Select(StateFiles, ActiveRuns, Approvals),
        Gen.Select(Leaders, Exits),
        Gen.Select(Gen.Int[0, 9], RunIds, Times),
        static (files, process, more) => new RuntimeFacts
        {
            State = files.Item1,
            StateUnreadable = files.Item1 is null && more.Item1 == 0,
            ActiveRun = files.Item2,
            ActiveRunUnreadable = files.Item2 is null && more.Item1 == 1,
            Approval = files.Item3,
            Leader = process.Item1,
            Exit = process.Item2,
            Summary = more.Item1 < 3 ? new SummaryFacts(more.Item2, 1, more.Item1 < 2) : null,
            HeartbeatAt = more.Item1 < 4 ? more.Item3 : null,
            AdapterBeatAt = more.Item1 is > 2 and < 7 ? more.Item3 : null,
            Activity = more.Item1 == 5 ? new ActivityInFlight("rate_limit_wait", null, more.Item3, more.Item3) : null,
            Progress = more.Item1 >= 7 ? new ProgressMark("c1", more.Item2, more.Item1 == 9 ? 1 : null, more.Item2) : null,
            Launch = more.Item1 == 6 ? new LaunchRecord(1, 0, null) : null,
        });

    private static readonly Gen<Op> Ops = Gen.Select(
        Gen.Int[0, 9],
        Facts.List[0, 4],
        Runtimes,
        Gen.OneOf(-30.0, 0.0, 1.0, 5.0, 5.0, 20.0, 60.0, 400.0, 4000.0),
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 6]),
        static (kind, facts, runtime, seconds, more) => new Op(kind, facts, runtime, seconds, CaughtUp: more.Item1 != 0, Extra: more.Item2));

    private static readonly Gen<(LaunchKind Launch, bool Relaunch, List<Op> Ops)> Plays =
        Gen.Select(Gen.OneOf(LaunchKind.Attach, LaunchKind.Attach, LaunchKind.Start), Gen.Bool, Ops.List[1, 25]);

    [Fact]
    public void A_terminal_run_never_changes_and_nothing_is_done_for_it() => Check(static (before, decision, _) =>
        !before.Lifecycle.State.IsTerminal() || (!decision.Changed && decision.Run == before && decision.Effects.Count == 0 && decision.Transitions.Count == 0));

    [Fact]
    public void Transitions_are_legal_numbered_without_gaps_and_lead_to_where_the_run_stands() => Check(static (before, decision, _) =>
    {
        var number = before.TransitionCount;
        var state = before.Lifecycle.State;
        foreach (var transition in decision.Transitions)
        {
            if (transition.Number != ++number || transition.From != state || !AllowedLifecycleTransitions.Contains(state, transition.To))
            {
                return false;
            }

            state = transition.To;
        }

        return decision.Run.TransitionCount == number && decision.Run.Lifecycle.State == state && (decision.Transitions.Count > 0 || decision.Run.Lifecycle == before.Lifecycle);
    });

    [Fact]
    public void Time_never_runs_backwards_and_moves_only_with_a_change() => Check(static (before, decision, _) =>
        decision.Run.DecidedAt >= before.DecidedAt
        && decision.Run.Lifecycle.Since >= before.Lifecycle.Since
        && decision.Changed == (decision.Run != before)
        && (decision.Changed || decision.Run.DecidedAt == before.DecidedAt));

    [Fact]
    public void The_same_input_at_the_same_time_changes_nothing_more() => Check(static (_, decision, again) => !again.Changed && again.Transitions.Count == 0);

    [Fact]
    public void One_escalation_per_code_is_open_and_numbers_have_no_gaps() => Check(static (before, decision, _) =>
    {
        var raised = decision.Effects.OfType<Effect.RaiseEscalation>().Select(static e => e.Number).ToList();
        var resolved = decision.Effects.OfType<Effect.ResolveEscalation>().Select(static e => e.Number).ToHashSet();
        var begun = decision.Effects.Select(static e => e switch
        {
            Effect.RaiseEscalation fresh => fresh.Number,
            Effect.ReopenEscalation again => again.Number,
            _ => 0L,
        }).Where(static n => n > 0);
        var expected = before.Escalations.Select(static e => e.Number).Where(n => !resolved.Contains(n)).Concat(begun);
        return raised.SequenceEqual(Enumerable.Range(1, raised.Count).Select(n => before.EscalationCount + n))
            && decision.Run.EscalationCount == before.EscalationCount + raised.Count
            && decision.Run.Escalations.Select(static e => e.Number).SequenceEqual(expected)
            && decision.Run.Escalations.Select(static e => e.Code).Distinct(StringComparer.Ordinal).Count() == decision.Run.Escalations.Count;
    });

    [Fact]
    public void A_failed_poll_never_changes_the_state() => Check(static (before, decision, _) => decision.Run.Lifecycle == before.Lifecycle, static op => op.Kind == 8);

    [Fact]
    public void An_end_carries_its_quiescence_and_a_live_state_none() => Check(static (_, decision, _) =>
        decision.Run.Lifecycle.State.IsTerminal() == decision.Run.Lifecycle.Quiescence.HasValue
        && (decision.Run.Lifecycle.Quiescence == Quiescence.Proven) == (decision.Run.Lifecycle.QuiescenceProof is not null));

    [Fact]
    public void A_run_reads_back_from_its_stored_form_as_it_was() => Check(static (_, decision, _) =>
        RoundTrips(decision.Run, CoreJson.Options) && RoundTrips(decision.Run, PlainOptions));

    [Fact]
    public void Status_schedule_and_stored_size_stay_within_bounds() => Check(static (_, decision, _) =>
        JsonSerializer.Serialize(InstanceStatus.Of(decision.Run, decision.Run.DecidedAt), CoreJson.Options).Length < 16 * 1024
        && PollSchedule.NextInterval(decision.Run, null, true) is var interval
        && decision.Run.Lifecycle.State.IsTerminal() == interval is null
        && (interval ?? TimeSpan.Zero) >= TimeSpan.Zero);

    [Fact]
    public void The_plays_reach_most_rules_and_every_end_the_observations_can_bring()
    {
        var rules = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var states = new ConcurrentDictionary<LifecycleState, bool>();
        Check((_, decision, _) =>
        {
            foreach (var transition in decision.Transitions)
            {
                rules[transition.Rule] = true;
                states[transition.To] = true;
            }

            return true;
        });
        var unreached = VerdictTable.Rules.Select(static rule => rule.Name).Except(rules.Keys, StringComparer.Ordinal).Except(["launch_due", "launched", "nothing_yet"], StringComparer.Ordinal).ToList();
        Assert.True(unreached.Count <= 3, string.Join(", ", unreached));
        Assert.Superset(new HashSet<LifecycleState> { LifecycleState.Completed, LifecycleState.Stopped, LifecycleState.Failed, LifecycleState.Cancelled, LifecycleState.Crashed }, states.Keys.ToHashSet());
    }

    [Fact]
    public void Any_split_of_the_events_gives_the_same_evidence() => Gen
        .Select(Facts.List[0, 40], Gen.Int[0, 40].List[0, 5], Gen.OneOf(LaunchKind.Attach, LaunchKind.Start))
        .SampleSeeded(
            static (facts, cuts, launch) =>
            {
                var received = Number(facts, new Position(), Beginning);
                var whole = EvidenceFold.Apply(RunEvidence.None, received, launch);
                var parts = RunEvidence.None;
                var done = 0;
                foreach (var cut in cuts.Append(received.Count).Order().Select(cut => Math.Min(cut, received.Count)))
                {
                    // A poll whose result was lost brings the same events again.
                    parts = EvidenceFold.Apply(parts, received.Skip(Math.Max(0, done - 2)).Take(cut - Math.Max(0, done - 2)), launch);
                    done = Math.Max(done, cut);
                }

                return parts == whole;
            },
            iter: Iterations);

    private static bool RoundTrips(LoopRun run, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<LoopRun>(JsonSerializer.Serialize(run, options), options) == run;

    private static void Check(Func<LoopRun, Decision, Decision, bool> holds, Func<Op, bool>? only = null) => Plays.SampleSeeded(
        play =>
        {
            var run = NewRun(play.Launch, play.Relaunch);
            var position = new Position();
            var now = Beginning;
            var runtime = new RuntimeFacts();
            foreach (var next in play.Ops)
            {
                // Half of the looks see what the one before them saw: an end is concluded only from two that agree.
                var op = next.Kind is >= 3 and <= 7 ? next with { Runtime = runtime, Facts = [], CaughtUp = true, Extra = 2 } : next;
                runtime = op.Runtime;
                now += TimeSpan.FromSeconds(op.Seconds);
                var input = Input(run, op, position, now);
                var decision = RunDecider.Decide(run, input, now);
                var again = RunDecider.Decide(decision.Run, input, now);
                if (only?.Invoke(op) != false && !holds(run, decision, again))
                {
                    return false;
                }

                run = decision.Run;
            }

            return true;
        },
        iter: Iterations,
        print: static play => JsonSerializer.Serialize(play, PrintOptions));

    private static DecisionInput Input(LoopRun run, Op op, Position position, DateTimeOffset now) => op.Kind switch
    {
        8 => new DecisionInput.PollFailed(new PollFailure(op.Extra == 0 ? "loop_unknown" : "transport_unreachable", "-", op.Extra, now - TimeSpan.FromSeconds(op.Extra * 20))),
        9 => new DecisionInput.StartAnswered(new StartAnswer(op.Extra > 1, op.Extra == 0 ? "refused" : null, null, op.Extra == 2 ? null : op.Extra)),
        _ => new DecisionInput.Observed(new Observation
        {
            ReceivedAt = now,
            SpriteTime = op.Extra == 0 ? null : now + TimeSpan.FromSeconds(op.Extra == 1 ? 100 : 0),
            Evidence = op.Extra == 6 ? RunEvidence.None : EvidenceFold.Apply(run.Evidence, Number(op.Facts, position, now), run.Spec.Launch),
            CaughtUp = op.CaughtUp,
            Runtime = op.Runtime,
            Capabilities = op.Extra == 5 ? null : ["start"],
            LogChanges = op.Extra switch { 3 => ["log_truncated"], 4 => ["log_replaced"], _ => [] },
        }),
    };

    private static List<ReceivedFact> Number(IEnumerable<EventFact> facts, Position position, DateTimeOffset at)
    {
        var numbered = new List<ReceivedFact>();
        foreach (var fact in facts)
        {
            if (fact.Epoch == 1)
            {
                position.Epoch++;
                position.Line = 0;
            }

            numbered.Add(new ReceivedFact(fact with { Sequence = ++position.Sequence, Epoch = position.Epoch, Line = ++position.Line }, at));
        }

        return numbered;
    }

    private static LoopRun NewRun(LaunchKind launch, bool relaunch) => LoopRun.Create(
        new RunSpec
        {
            RunId = RunId.Parse("run-1"),
            Launch = launch,
            LoopId = LoopId.Parse(Loop),
            Sprite = new SpriteRef(SpriteName.Parse("sprite-1"), new Uri("http://127.0.0.1:9/"), "token"),
            Labels = [new RunLabel("team", "a")],
            RelaunchOnDecision = relaunch,
            CreatedAt = Beginning,
        },
        PolicyProfiles.Find(PolicyProfiles.Default)!);

    /// <summary>One input in the making.</summary>
    private sealed record Op(int Kind, List<EventFact> Facts, RuntimeFacts Runtime, double Seconds, bool CaughtUp, int Extra);

    /// <summary>Where the log stands.</summary>
    private sealed class Position
    {
        public long Sequence { get; set; }

        public int Epoch { get; set; } = 1;

        public long Line { get; set; }
    }
}
