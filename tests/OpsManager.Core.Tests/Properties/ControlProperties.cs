using System.Globalization;
using CsCheck;
using OpsManager.Core.Decisions;
using OpsManager.Core.Evidence;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;
using OpsManager.Core.Tests.Support;
using OpsManager.Testing;

namespace OpsManager.Core.Tests.Properties;

/// <summary>
/// What holds whatever people ask for, in whatever order observations, failures, answers, crashes of the manager and clock jumps come,
/// against a loop whose truth is known. A failure prints the seed and the sequence, which becomes a line of <see cref="Found"/>.
/// </summary>
public sealed class ControlProperties
{
    /// <summary>Sequences per run of the suite.</summary>
    private const int Sequences = 100_000;

    private static readonly Gen<Play> Plays = Gen.Select(
        Gen.Bool,
        Gen.Bool,
        Gen.Int[0, 255],
        Gen.Select(Gen.Int[0, 99], Gen.Int[0, 255], Gen.Int[0, 255], static (kind, a, b) => new Move(kind, a, b)).Array[5, 45],
        static (attach, relaunch, world, moves) => new Play(attach, relaunch, (World)world, moves));

    /// <summary>What differs from a manager that only escalates and an endpoint that offers everything, where all goes as it should.</summary>
    [Flags]
    private enum World
    {
        None = 0,

        /// <summary>Policies pause a run.</summary>
        Pauses = 1,

        /// <summary>Policies end a run. With <see cref="Pauses"/>: deadlines end it, and what is amiss in the work pauses it.</summary>
        Cancels = 2,

        /// <summary>An adopted loop's endpoint speaks v1 only.</summary>
        V1 = 4,

        /// <summary>Roles have a limit, and it is known.</summary>
        RoleLimit = 8,

        /// <summary>What was sent may arrive after its answer was given up, and after what was sent later.</summary>
        Late = 16,

        /// <summary>state.json now and then contradicts what is at work.</summary>
        Contradictory = 32,

        /// <summary>A leader that has asked for a decision hangs instead of exiting.</summary>
        Hangs = 64,

        /// <summary>Now and then so much of the fleet fails at once that the manager suspects itself.</summary>
        Suspected = 128,
    }

    /// <summary>Sequences that once failed, as the failure printed them.</summary>
    public static TheoryData<string, string> Found => new()
    {
        {
            "nor is it after a cancel displaced the relaunch on its way and was never sent",
            "attach False, relaunch True, world 134: (22,33,127) (41,83,0) (11,98,87) (52,16,10) (69,107,189) (5,130,106) (7,85,45) (60,193,188) (94,212,7) (34,192,120) (62,143,43) (55,177,180) (73,161,214) (11,198,175) (61,14,21) (81,49,211) (44,181,107) (4,192,136) (15,86,81) (64,235,251) (64,176,135) (18,159,229) (89,64,241) (19,117,202) (73,196,225) (73,176,182) (76,57,119) (83,197,206) (83,147,137) (96,115,26) (7,60,166) (56,82,220) (68,139,88) (76,66,199) (99,74,39) (83,142,38) (79,226,14) (60,41,112) (1,197,96) (12,29,233) (92,69,103) (27,159,116)"
        },
        {
            "nor is it after another relaunch was asked for and displaced",
            "attach True, relaunch True, world 18: (31,244,69) (60,30,181) (44,145,65) (66,122,243) (42,156,108) (24,38,244) (12,77,201) (43,119,1) (54,14,182) (69,58,109) (79,247,163) (20,146,107) (61,228,95) (4,126,17) (50,58,226) (61,226,11) (52,148,127) (3,122,244) (55,102,218) (47,94,212) (19,164,199) (27,150,135) (96,190,156) (78,87,94) (59,147,79) (86,129,87) (27,57,163) (27,146,44) (69,148,187) (81,221,70) (44,99,194) (89,14,208) (79,127,67) (73,137,217) (56,141,175) (16,47,134) (48,92,79) (0,229,8) (39,237,158) (99,150,29) (83,163,123) (81,210,62)"
        },
        {
            "a run whose relaunch was given up without an answer is not paused before anybody has looked",
            "attach True, relaunch True, world 233: (24,8,159) (58,54,0) (1,75,10) (44,157,49) (46,73,100) (0,113,97) (5,201,133) (94,36,249) (94,145,8) (34,35,14) (20,183,143) (29,198,102) (96,219,182) (33,193,98) (7,198,239) (72,44,45) (59,251,246) (29,144,2) (65,230,210) (16,71,70) (95,131,141) (44,205,100)"
        },
        {
            "a cancel that is given up and was carried out all the same ends the run",
            "attach False, relaunch True: (11,37,66) (33,225,120) (21,47,232) (70,147,55) (78,26,218) (68,25,93) (10,154,232) (17,32,119) (36,6,109) (59,241,129) (94,12,58) (58,133,165) (96,178,51) (59,95,233) (5,98,8) (55,7,70) (89,62,112) (91,151,23)"
        },
        {
            "a pause while a relaunch is on its way is not confirmed before that is settled",
            "attach True, relaunch True: (75,133,139) (16,8,180) (1,180,57) (26,43,9) (15,140,36) (54,116,1) (34,145,10) (58,180,17) (67,232,188) (27,137,135) (16,151,156) (50,219,168) (38,143,254) (68,205,199) (11,168,100) (45,113,199) (28,118,31) (59,245,26) (45,78,83) (2,221,209) (98,207,188) (2,102,49) (52,2,176) (8,221,76) (14,26,134) (1,21,59) (37,248,181) (62,90,7) (34,143,83) (83,71,141) (10,215,2) (86,137,196) (22,227,216) (6,157,71)"
        },
        {
            "a run that has not attached yet cannot be paused",
            "attach True, relaunch False: (65,176,147) (8,192,82) (20,1,83) (31,8,68) (90,77,93)"
        },
        {
            "a pause does not keep a launch in flight from being answered",
            "attach False, relaunch False: (57,178,142) (52,84,132) (77,63,244) (66,163,168) (17,106,181) (29,25,100) (59,180,110) (31,249,211) (98,129,206)"
        },
        {
            "a decision that was taken up is not launched again while its end settles",
            "attach True, relaunch True: (15,93,133) (23,135,26) (51,128,106) (94,208,22) (59,70,150) (0,110,212) (74,65,241) (34,39,223) (56,2,172) (83,13,115) (24,136,194) (53,55,224) (20,41,130)"
        },
        {
            "a process that is about to take a decision up is a process to be paused",
            "attach True, relaunch True: (8,150,130) (29,44,137) (73,217,108) (50,166,158) (99,9,4) (43,213,144) (73,73,228) (24,40,138) (51,213,122) (41,45,255) (52,75,56) (44,196,28) (94,45,111) (2,154,84) (4,168,136) (72,148,77) (40,72,80) (80,5,113) (44,19,35) (94,240,9) (1,16,199) (84,9,63) (35,3,71) (15,62,22) (34,234,17) (11,182,173) (18,42,116) (78,59,41) (50,30,176)"
        },
        {
            "a decision that is being taken up is not launched a second time, past the pause that came meanwhile",
            "attach False, relaunch True: (14,91,209) (17,152,142) (48,250,77) (17,118,50) (1,229,121) (1,243,92) (3,41,135) (79,16,234) (5,232,151) (57,137,251) (66,197,180) (90,97,18) (91,20,25) (84,89,57) (77,215,150) (17,88,64) (87,93,96) (94,217,151) (32,172,113) (54,168,145) (45,11,179) (94,29,85) (0,204,170) (68,53,188) (91,79,12) (31,88,192) (65,107,15) (55,128,81) (37,128,109) (89,228,178) (75,97,183) (16,45,171) (41,81,240) (70,229,157) (88,43,50) (59,249,226) (65,237,105) (69,143,23)"
        },
        {
            "a pause of a leader that has only to exit, and whose role had no limit, ends when it does",
            "attach True, relaunch True: (6,248,111) (48,182,7) (1,69,66) (60,3,132) (80,94,121) (85,148,6) (24,31,69) (28,176,197) (23,25,163) (44,134,158) (84,188,55) (50,133,18) (77,5,159) (74,165,138) (38,84,220) (12,18,209) (63,186,7) (90,35,45) (19,96,55) (86,194,8) (76,188,11) (27,188,73) (90,211,7) (95,179,2) (56,120,0)"
        },
        {
            "a run that is being paused is not launched",
            "attach False, relaunch False: (0,123,180) (39,80,58) (52,179,51) (81,31,169) (31,145,196) (94,139,168) (68,78,92) (49,199,185) (27,228,111) (90,26,14) (76,91,161) (8,42,202) (83,255,179) (42,100,235) (94,235,50) (48,15,70) (67,247,166) (90,233,153) (85,91,58) (23,240,222) (67,6,179)"
        },
        {
            "nothing is launched on a log that was not read to its end, also where deliveries come late",
            "attach False, relaunch True, world 21: (77,240,120) (59,207,214) (3,53,168) (4,219,50) (33,239,176) (89,152,201) (45,118,248) (1,246,125) (48,28,137) (3,170,186) (19,157,180) (42,32,207) (47,232,213) (30,240,232) (55,112,123) (24,41,21) (99,248,210) (63,205,228) (10,73,124) (1,25,193) (30,124,96) (51,134,146) (5,19,90) (94,22,161) (78,116,191) (39,251,181) (55,138,102) (60,77,55) (97,25,204) (91,249,222) (80,184,10) (29,204,197) (3,169,109) (42,143,160) (79,245,38) (19,161,113) (71,7,167) (83,115,228)"
        },
        {
            "nothing is launched on a log that was not read to its end, though a rejection seems to stand in it",
            "attach False, relaunch True, world 138: (86,165,97) (9,244,211) (34,137,189) (89,193,205) (48,202,171) (56,177,71) (66,245,167) (69,98,67) (43,61,180) (91,133,140) (51,107,167) (55,32,162) (51,88,132) (23,167,154) (16,28,177) (18,78,250) (2,91,181) (30,42,38) (75,45,138) (79,74,101) (80,57,1) (76,187,39) (33,113,218) (23,175,224) (12,88,129) (15,100,77) (4,13,124) (14,169,239) (42,132,117) (71,182,78) (23,68,211) (20,198,78) (79,85,245) (69,67,230) (49,133,200) (50,146,178) (58,61,105) (49,230,90) (99,206,75) (84,224,57) (77,117,89) (13,8,121) (8,83,183) (62,53,188) (34,219,44)"
        },
    };

    [Fact]
    public void Every_intent_ends_once_and_every_conclusion_is_true() =>
        Plays.SampleSeeded(static play => Check(play), iter: Sequences, print: Print);

    [Theory]
    [MemberData(nameof(Found))]
    public void A_sequence_that_once_failed_holds(string what, string printed)
    {
        Assert.NotEmpty(what);
        Check(Parse(printed));
    }

    private static Play Parse(string printed)
    {
        // The sequences that were found before there were several worlds name none.
        var (head, sequence) = (printed[..printed.IndexOf(": ", StringComparison.Ordinal)].Split(' '), printed[(printed.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
        var moves = sequence.Split(' ').Select(static move =>
        {
            var numbers = move.Trim('(', ')').Split(',');
            return new Move(
                int.Parse(numbers[0], CultureInfo.InvariantCulture),
                int.Parse(numbers[1], CultureInfo.InvariantCulture),
                int.Parse(numbers[2], CultureInfo.InvariantCulture));
        });
        return new Play(
            bool.Parse(head[1].TrimEnd(',')),
            bool.Parse(head[3].TrimEnd(',')),
            head.Length > 5 ? (World)int.Parse(head[5], CultureInfo.InvariantCulture) : World.None,
            [.. moves]);
    }

    private static string Print(Play play) =>
        $"attach {play.Attach}, relaunch {play.Relaunch}, world {(int)play.World}: {string.Join(' ', play.Moves.Select(static move => $"({move.Kind},{move.A},{move.B})"))}";

    private static void Check(Play play)
    {
        var table = new Table(play.Attach, play.Relaunch, play.World);
        foreach (var move in play.Moves)
        {
            table.Play(move);
        }

        table.Drain();
    }

    private sealed record Move(int Kind, int A, int B);

    private sealed record Play(bool Attach, bool Relaunch, World World, Move[] Moves);

    /// <summary>The manager at one side of the table, the loop at the other.</summary>
    private sealed class Table(bool attach, bool relaunch, World world)
    {
        // What a person declares is no conclusion to be held against the truth. In this order: the sequences above count on it.
        private static readonly IntentVerb[] Verbs =
            [IntentVerb.Pause, IntentVerb.Resume, IntentVerb.Cancel, IntentVerb.Approve, IntentVerb.Reject, IntentVerb.Relaunch, IntentVerb.ForceCancel];

        private readonly SimulatedLoop _loop = new(attach, isV1: attach && world.HasFlag(World.V1));
        private readonly Dictionary<IntentId, Intent> _intents = [];
        private readonly List<DecisionInput> _answers = [];
        private readonly List<Action> _onTheirWay = [];
        private LoopRun _run = LoopRun.Create(
            new RunSpec
            {
                RunId = RunId.Parse("run-1"),
                Launch = attach ? LaunchKind.Attach : LaunchKind.Start,
                LoopId = LoopId.Parse(Story.Loop),
                Sprite = new SpriteRef(SpriteName.Parse("sprite-1"), new Uri("http://127.0.0.1:9/"), "token"),
                RelaunchOnDecision = relaunch,
                CreatedAt = Story.Beginning,
            },
            Policy(world)) with
        {
            Evidence = RunEvidence.None with { RoleTimeoutSeconds = world.HasFlag(World.RoleLimit) ? 600 : null },
        };

        private DateTimeOffset _now = Story.Beginning;
        private int _failures;
        private long _order;
        private bool _isPaused;

        public void Play(Move move)
        {
            _now += TimeSpan.FromSeconds(move.A % 8);
            switch (move.Kind)
            {
                case < 30:
                    var roles = _loop.RoleStarts;
                    _loop.Tick(move.B, _now);
                    Assert.True(!_isPaused || _loop.RoleStarts == roles, "A role began after the run was reported paused.");
                    break;
                case < 55:
                    _failures = 0;
                    Decide(new DecisionInput.Observed(_loop.Observe(_run, _now, lagging: move.B % 8 == 0, contradictory: Is(World.Contradictory) && move.A % 8 == 1)), move.B);
                    break;
                case < 60:
                    Decide(
                        new DecisionInput.PollFailed(new PollFailure("transport_unreachable", "-", ++_failures, _now) { ManagerSuspected = Is(World.Suspected) && move.A % 2 == 0 }),
                        move.B);
                    break;
                case < 78:
                    Ask(Verbs[move.B % Verbs.Length], move.A);
                    break;
                case < 90:
                    if (_answers.Count > 0)
                    {
                        var answer = _answers[0];
                        if (move.B % 4 != 0)
                        {
                            _answers.RemoveAt(0);
                        }

                        Decide(answer, move.B);
                    }

                    break;
                case < 93:
                    // The manager dies with what the adapter told it, and meanwhile what was on its way arrives.
                    _answers.Clear();
                    Arrive();
                    break;
                case < 96:
                    _loop.DecideByHand(move.B % 2 == 0, _now);
                    break;
                case < 98:
                    _now += TimeSpan.FromMinutes(move.B);
                    break;
                default:
                    // Another machine's clock.
                    _now -= TimeSpan.FromSeconds(move.B);
                    break;
            }
        }

        /// <summary>Everything works from here on: whatever is open finds its end.</summary>
        public void Drain()
        {
            Arrive();
            _now = _now > _run.DecidedAt ? _now : _run.DecidedAt;
            for (var look = 0; look < 400 && (_run.Intents.Count > 0 || look < 10); look++)
            {
                while (_answers.Count > 0)
                {
                    var answer = _answers[0];
                    _answers.RemoveAt(0);
                    Decide(answer, 1);
                }

                // Children end; a leader that works goes on working, and one that has only to exit does.
                if (_loop.Stopped || !_loop.Alive || (_loop.MustExit && !Is(World.Hangs)))
                {
                    _loop.Tick(0, _now);
                }

                _now += TimeSpan.FromSeconds(look < 20 ? 5 : 60);
                Decide(new DecisionInput.Observed(_loop.Observe(_run, _now, lagging: false, contradictory: false)), 1);
            }

            Assert.Empty(_run.Intents);
            Assert.All(_intents.Values, static intent => Assert.True(intent.IsFinal, $"{intent.Id} is {intent.Status}"));

            // The runtime's own cancel leaves a candidate to be decided on, and bars nothing.
            if (_loop.Cancelled && _loop.LoggedEnd is null && (!Is(World.V1) || _loop.Approval is null))
            {
                Assert.True(_run.Lifecycle.State.IsTerminal(), $"The run was cancelled and is {_run.Lifecycle.State}.");
            }
        }

        private static RunPolicy Policy(World world)
        {
            var (pauses, cancels) = (world.HasFlag(World.Pauses), world.HasFlag(World.Cancels));
            var policy = PolicyProfiles.Find(PolicyProfiles.Default)!;
            var (deadline, work) = (cancels ? PolicyAction.Cancel : PolicyAction.Pause, pauses ? PolicyAction.Pause : PolicyAction.Cancel);
            return pauses || cancels
                ? policy with
                {
                    MaxActiveDuration = TimeSpan.FromHours(1),
                    ApprovalDeadline = TimeSpan.FromHours(5),
                    Actions = new PolicyActions { StartDeadline = deadline, MaxActiveDuration = deadline, ApprovalDeadline = deadline, Stall = work, Stuck = work },
                }
                : policy;
        }

        private bool Is(World trait) => world.HasFlag(trait);

        private void Arrive()
        {
            _onTheirWay.ForEach(static arrive => arrive());
            _onTheirWay.Clear();
        }

        private void Ask(IntentVerb verb, int id)
        {
            // Now and then the same request comes twice.
            var request = new IntentRequest { Id = IntentId.Parse($"ask-{id % 64}"), Verb = verb, By = "alice" };
            if (!_intents.ContainsKey(request.Id) || _run.Intents.Any(open => open.Id == request.Id))
            {
                Decide(new DecisionInput.IntentRequested(request), 1);
            }
        }

        private void Decide(DecisionInput input, int luck)
        {
            var before = _run;
            var decision = RunDecider.Decide(before, input, _now);
            if (luck % 16 == 2 && input is not DecisionInput.IntentRequested)
            {
                // The manager dies before it has stored the decision.
                return;
            }

            _run = decision.Run;
            foreach (var intent in decision.Intents)
            {
                Assert.False(_intents.TryGetValue(intent.Id, out var known) && known.IsFinal, $"{intent.Id} was {known?.Status} and is {intent.Status}");
                _intents[intent.Id] = intent;
                CheckConfirmed(intent);
                Assert.False(
                    before.Lifecycle.State == LifecycleState.AwaitingRelaunch && intent is { Verb: IntentVerb.Pause, Status: IntentStatus.Refused } && intent.Steps[^1].Code == "no_process",
                    "A relaunch that was to be held was left to go on, because no process was there to be stopped.");
                _isPaused = intent switch
                {
                    { Verb: IntentVerb.Pause, Status: IntentStatus.Confirmed } => true,
                    { Verb: IntentVerb.Resume, KeepsHold: false, Status: IntentStatus.Sending or IntentStatus.Delivered or IntentStatus.Confirmed } => false,
                    _ => _isPaused,
                };
            }

            CheckRun(before, decision);
            if (luck % 16 == 3)
            {
                // The manager dies before it has done what it stored.
                return;
            }

            foreach (var effect in decision.Effects)
            {
                switch (effect)
                {
                    case Effect.StartRuntime start:
                        Assert.Null(_run.Hold);
                        Answer(luck, () => new DecisionInput.StartAnswered(_loop.Launch(start.Attempt)), null);
                        break;
                    case Effect.DeliverIntent deliver:
                        var intent = _run.Intents.Single(open => open.Id == deliver.Intent);
                        Assert.Equal(IntentStatus.Sending, intent.Status);
                        Assert.False(intent.Verb == IntentVerb.Relaunch && _run.Hold is not null, "A run that is held was launched.");
                        Answer(
                            luck,
                            Sent(intent),
                            new DecisionInput.IntentAnswered(new DeliveryAnswer(intent.Id, DeliveryOutcome.Unknown, "transport_timeout")));
                        break;
                    default:
                        break;
                }
            }
        }

        private Func<DecisionInput> Sent(Intent intent)
        {
            var order = ++_order;
            return () => new DecisionInput.IntentAnswered(_loop.Carry(intent, order, _now));
        }

        /// <summary>The adapter answers, or answers and is not heard, or does it twice, or never hears of it.</summary>
        private void Answer(int luck, Func<DecisionInput> carry, DecisionInput? silence)
        {
            switch (luck % 16)
            {
                case 4 or 5:
                    carry();
                    break;
                case 6:
                    carry();
                    _answers.Add(carry());
                    return;
                case 7 or 8:
                    break;
                case 9 or 10 when Is(World.Late) && silence is not null:
                    _onTheirWay.Add(() => carry());
                    break;
                default:
                    _answers.Add(carry());
                    return;
            }

            if (silence is not null)
            {
                _answers.Add(silence);
            }
        }

        private void CheckRun(LoopRun before, Decision decision)
        {
            var after = decision.Run.Lifecycle;
            var state = before.Lifecycle.State;
            foreach (var step in decision.Transitions)
            {
                Assert.True(step.From == state && AllowedLifecycleTransitions.Contains(state, step.To), $"{state} to {step.To} by {step.Rule}");
                state = step.To;
            }

            Assert.Equal(after.State, state);
            Assert.True(decision.Run.Intents.Count <= 20);
            Assert.True(decision.Effects.OfType<Effect.DeliverIntent>().Count() <= 1);
            if (before.Lifecycle.State.IsTerminal())
            {
                Assert.Equal((before.Lifecycle.State, before.Lifecycle.Reason, before.Lifecycle.Since), (after.State, after.Reason, after.Since));
                Assert.True(before.Lifecycle.Quiescence != Quiescence.Proven || before.Lifecycle == after);
            }

            // A run that never attached has no process; the loop's own is nobody's.
            var attached = _run.Spec.Launch == LaunchKind.Start || _run.Evidence.Attempts.Count > 0;
            if (attached && after.State.IsTerminal() && after.Quiescence == Quiescence.Proven)
            {
                Assert.False(_loop.Alive, $"{after.State} ({after.QuiescenceProof}), and the leader lives");
                Assert.Equal(0, _loop.Children);
            }

            if (after.State.IsTerminal() && !before.Lifecycle.State.IsTerminal())
            {
                CheckCause(before, decision);
            }

            if (after.State == LifecycleState.Completed && !before.Lifecycle.State.IsTerminal())
            {
                Assert.Equal("loop_complete", _loop.LoggedEnd);
            }
        }

        /// <summary>Nobody but the manager cancels here: an end by order is that of a cancel that was carried out or is under way, and a kill is a crash.</summary>
        private void CheckCause(LoopRun before, Decision decision)
        {
            var after = decision.Run.Lifecycle;
            var isOrdered = _loop.Cancelled || before.Intents.Any(static open => open is { Status: IntentStatus.Sending or IntentStatus.Delivered } && open.Verb.Ends());
            if (isOrdered || decision.Transitions[^1].Rule == "cancelled_unlaunched")
            {
                return;
            }

            Assert.True(after.State is not (LifecycleState.Cancelled or LifecycleState.TimedOut), $"{after.State} by {decision.Transitions[^1].Rule}, and no cancel was carried out");
            if (_loop is { WasKilled: true, LoggedEnd: null } && after.Reason != EndReasons.Rejected)
            {
                Assert.Equal(LifecycleState.Crashed, after.State);
            }
        }

        private void CheckConfirmed(Intent intent)
        {
            if (intent.Status != IntentStatus.Confirmed)
            {
                return;
            }

            switch (intent.Verb)
            {
                case IntentVerb.Cancel or IntentVerb.ForceCancel:
                    Assert.True(_run.Lifecycle.State.IsTerminal());
                    break;
                case IntentVerb.Approve or IntentVerb.Reject:
                    Assert.Equal(intent.Id, _run.Decision?.Intent ?? intent.Id);
                    break;
                case IntentVerb.Relaunch:
                    Assert.NotEmpty(_loop.Launches);
                    break;
                default:
                    break;
            }
        }
    }
}
