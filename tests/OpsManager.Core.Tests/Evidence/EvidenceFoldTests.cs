using OpsManager.Core.Evidence;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Tests.Evidence;

public sealed class EvidenceFoldTests
{
    private static readonly DateTimeOffset T0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(LaunchKind.Attach, AttemptCause.Attach)]
    [InlineData(LaunchKind.Start, AttemptCause.Start)]
    public void The_first_launch_is_attempt_one(LaunchKind launch, AttemptCause cause)
    {
        var evidence = new Log(launch) { Line = 41 }.Add("loop_start").Fold();
        var attempt = Assert.Single(evidence.Attempts);
        Assert.Equal((1, cause, 1, 41L, "r1", T0), (attempt.Number, attempt.Cause, attempt.Epoch, attempt.BaseLine, attempt.RuntimeRunId, attempt.StartedAt));
    }

    [Fact]
    public void A_launch_that_merely_waits_is_no_attempt()
    {
        var log = new Log().Add("loop_start").Add("approval_requested").Add("loop_start", run: "r2");
        Assert.Equal("r2", log.Fold().PendingLoopStart?.RuntimeRunId);
        var evidence = log.Add("approval_wait", run: "r2").Fold();
        Assert.Single(evidence.Attempts);
        Assert.Null(evidence.PendingLoopStart);
        Assert.Null(evidence.Foreign);
        Assert.Equal("approval_requested", evidence.LastEventName);
    }

    [Fact]
    public void A_decision_between_the_two_lines_of_a_wait_changes_nothing_about_the_wait()
    {
        var evidence = new Log().Add("loop_start").Add("approval_requested").Add("loop_start", run: "r2").Add("approval_decision", status: "approved").Add("approval_wait", run: "r2").Fold();
        Assert.Single(evidence.Attempts);
        Assert.Equal("approved", evidence.Approval?.Decision);
    }

    [Fact]
    public void A_launch_after_a_decision_is_the_next_attempt_and_the_old_run_id_still_belongs_to_it()
    {
        var log = new Log().Add("loop_start").Add("iteration_start").Add("approval_requested").Add("approval_decision", status: "approved", by: "alice").Add("loop_start", run: "r2");
        var evidence = log.Fold();
        Assert.Equal((2, AttemptCause.Decision, 4L), (evidence.Attempts[1].Number, evidence.Attempts[1].Cause, evidence.Attempts[1].BaseLine));
        Assert.False(evidence.Approval!.Consumed);
        evidence = log.Add("approval_consumed", status: "approved").Add("loop_complete").Fold();
        Assert.True(evidence.Approval!.Consumed);
        Assert.Equal((LifecycleState.Completed, 7L), (evidence.End!.State, evidence.End.Sequence));
        Assert.Equal(2, evidence.Attempts.Count);
    }

    [Fact]
    public void A_launch_whose_decision_was_not_logged_is_known_by_what_it_does()
    {
        var evidence = new Log().Add("loop_start").Add("approval_requested").Add("loop_start", run: "r2").Add("approval_rejected", run: "r2", status: "rejected").Add("iteration_start", run: "r2").Fold();
        Assert.Equal(2, evidence.Attempts.Count);
        Assert.Equal(2, evidence.Attempts[1].BaseLine);
        Assert.Equal(("rejected", true), (evidence.Approval!.Decision, evidence.Approval.Consumed));
    }

    [Fact]
    public void A_launch_that_ignores_the_open_candidate_is_foreign()
    {
        var evidence = new Log().Add("loop_start").Add("approval_requested").Add("loop_start", run: "r2").Add("iteration_start", run: "r2").Fold();
        Assert.Equal(new ForeignLaunch("r2", 1, 3), evidence.Foreign);
        Assert.Equal(0, evidence.TotalIterations);
    }

    [Theory]
    [InlineData("role_start")]
    [InlineData("loop_stop")]
    [InlineData("loop_complete")]
    public void A_launch_while_the_attempt_lives_or_after_its_end_is_foreign_and_so_is_what_follows(string before)
    {
        var log = new Log().Add("loop_start").Add(before);
        var evidence = log.Fold();
        var after = log.Add("loop_start", run: "r2").Add("iteration_start", run: "r2").Add("loop_stop", run: "r2", reason: "stuck").Fold();
        Assert.Equal(new ForeignLaunch("r2", 1, 3), after.Foreign);
        Assert.Equal(evidence with { Through = 5, Foreign = after.Foreign }, after);
    }

    [Fact]
    public void A_first_process_that_finds_a_candidate_waiting_leaves_it_pending()
    {
        var evidence = new Log(LaunchKind.Start).Add("loop_start").Add("approval_wait").Fold();
        Assert.Single(evidence.Attempts);
        Assert.Equal(new ApprovalEvidence(), evidence.Approval);
    }

    [Fact]
    public void Iterations_are_counted_over_attempts_and_going_back_to_one_in_a_new_attempt_is_progress()
    {
        var evidence = new Log()
            .Add("loop_start").Add("iteration_start", iteration: 1).Add("iteration_start", iteration: 2).Add("approval_requested", iteration: 2)
            .Add("approval_decision", status: "rejected").Add("loop_start", run: "r2").Add("approval_rejected", run: "r2").Add("iteration_start", run: "r2", iteration: 1)
            .Fold();
        Assert.Equal((1L, 3L), (evidence.Iteration, evidence.TotalIterations));
    }

    [Fact]
    public void The_role_in_flight_is_the_one_that_started_last_and_has_not_ended()
    {
        var log = new Log().Add("loop_start").Add("role_start", role: "planner");
        Assert.Equal(new RoleInFlight("planner", T0), log.Fold().Role);
        Assert.Null(log.Add("role_end", role: "planner").Fold().Role);
        Assert.Null(log.Add("role_start", role: "tester").Add("role_timeout", role: "tester", timeout: 30).Fold().Role);
        Assert.Equal(30, log.Fold().RoleTimeoutSeconds);
    }

    [Theory]
    [InlineData("loop_complete", null, LifecycleState.Completed, null)]
    [InlineData("loop_stop", "stuck", LifecycleState.Stopped, "stuck")]
    [InlineData("loop_stop", null, LifecycleState.Stopped, "unspecified")]
    [InlineData("no_progress_stop", "checklist_remaining_no_change", LifecycleState.Stopped, "no_progress")]
    [InlineData("rate_limit_stop", null, LifecycleState.Stopped, "rate_limited")]
    [InlineData("role_timeout", null, LifecycleState.Failed, "role_timeout")]
    [InlineData("delegation_fail_role", null, LifecycleState.Failed, "delegation_failed")]
    public void End_signals(string name, string? reason, LifecycleState state, string? expected) =>
        Assert.Equal(new EndSignal(state, expected, 2), new Log().Add("loop_start").Add(name, reason: reason).Fold().End);

    [Theory]
    [InlineData("delegation_recon_violation")]
    [InlineData("usage_limit_blocked")]
    [InlineData("approval_requested")]
    [InlineData("iteration_end")]
    [InlineData("something_new")]
    public void Other_events_are_no_end(string name) => Assert.Null(new Log().Add("loop_start").Add(name, status: "error").Fold().End);

    [Fact]
    public void A_usage_limit_is_remembered_while_it_is_the_last_event()
    {
        var log = new Log().Add("loop_start").Add("role_start", role: "planner").Add("usage_limit_blocked");
        Assert.True(log.Fold().UsageLimitBlocked);
        Assert.False(log.Add("role_end").Fold().UsageLimitBlocked);
    }

    [Fact]
    public void An_unreadable_line_is_counted_and_says_nothing()
    {
        var log = new Log().Add("loop_start").Add("role_start", role: "planner");
        var before = log.Fold();
        Assert.Equal(before with { Through = 3, Quarantined = 1 }, log.Add(EventFact.QuarantinedName).Fold());
    }

    [Fact]
    public void A_run_whose_launch_line_is_unreadable_still_has_its_attempt()
    {
        var evidence = new Log().Add(EventFact.QuarantinedName).Add("iteration_start").Fold();
        Assert.Equal(1, Assert.Single(evidence.Attempts).BaseLine);
        Assert.Equal(1, evidence.TotalIterations);
    }

    [Fact]
    public void A_decision_alone_does_not_begin_an_attempt() => Assert.Empty(new Log().Add("approval_decision", status: "approved").Fold().Attempts);

    [Fact]
    public void A_shortened_log_goes_on()
    {
        var log = new Log().Add("loop_start").Add("iteration_start", iteration: 1).Add("iteration_start", iteration: 2).NewEpoch(line: 1).Add("iteration_start", iteration: 3);
        var evidence = log.Fold();
        Assert.Single(evidence.Attempts);
        Assert.Equal((3L, 3L, 2), (evidence.Iteration, evidence.TotalIterations, evidence.Epoch));
    }

    [Fact]
    public void A_replaced_log_that_holds_this_attempt_counts_nothing_twice()
    {
        var log = new Log().Add("loop_start").Add("iteration_start", iteration: 1).Add("iteration_start", iteration: 2)
            .NewEpoch(line: 0)
            .Add("loop_start", run: "r0", at: T0 - TimeSpan.FromHours(1)).Add("iteration_start", run: "r0", iteration: 7).Add("loop_complete", run: "r0");
        var evidence = log.Fold();
        Assert.True(evidence.InOlderRun);
        Assert.Equal((2L, 2L, null), (evidence.Iteration, evidence.TotalIterations, evidence.End));

        evidence = log.Add("loop_start").Add("iteration_start", iteration: 1).Add("iteration_start", iteration: 2).Add("iteration_start", iteration: 3).Fold();
        Assert.False(evidence.InOlderRun);
        Assert.Null(evidence.Foreign);
        Assert.Equal((2, 3L), (Assert.Single(evidence.Attempts).Epoch, evidence.Attempts[0].BaseLine));
        Assert.Equal((3L, 3L), (evidence.Iteration, evidence.TotalIterations));
    }

    [Fact]
    public void A_replaced_log_with_a_newer_launch_is_a_foreign_one()
    {
        var evidence = new Log().Add("loop_start").Add("role_start").NewEpoch(line: 0).Add("loop_start", run: "r2", at: T0 + TimeSpan.FromHours(1)).Fold();
        Assert.Equal(new ForeignLaunch("r2", 2, 1), evidence.Foreign);
    }

    [Fact]
    public void An_event_that_is_already_in_changes_nothing()
    {
        var log = new Log().Add("loop_start").Add("iteration_start");
        Assert.Same(log.Fold(), EvidenceFold.Apply(log.Fold(), log.Facts, LaunchKind.Attach));
    }

    [Fact]
    public void Receipt_and_log_times_are_the_last_ones_known()
    {
        var evidence = new Log().Add("loop_start").Add("iteration_start", at: T0 + TimeSpan.FromMinutes(1)).Add("role_start", unreadableTime: true).Fold();
        Assert.Equal((T0 + TimeSpan.FromMinutes(1), T0 + TimeSpan.FromSeconds(3)), (evidence.LastEventAt, evidence.LastReceivedAt));
    }

    private sealed class Log(LaunchKind launch = LaunchKind.Attach)
    {
        private int _epoch = 1;
        private RunEvidence? _folded;

        public List<ReceivedFact> Facts { get; } = [];

        public long Line { get; set; }

        public Log Add(
            string name,
            string run = "r1",
            long iteration = 1,
            string? role = null,
            string? status = null,
            string? reason = null,
            string? by = null,
            long? timeout = null,
            DateTimeOffset? at = null,
            bool unreadableTime = false)
        {
            _folded = null;
            var sequence = Facts.Count + 1;
            Facts.Add(new ReceivedFact(
                new EventFact
                {
                    Sequence = sequence,
                    Epoch = _epoch,
                    Line = ++Line,
                    Name = name,
                    RuntimeRunId = run,
                    Iteration = iteration,
                    Role = role,
                    Status = status,
                    Reason = reason,
                    DecidedBy = by,
                    TimeoutSeconds = timeout,
                    Timestamp = unreadableTime ? null : at ?? T0,
                },
                T0 + TimeSpan.FromSeconds(sequence)));
            return this;
        }

        public Log NewEpoch(long line)
        {
            _epoch++;
            Line = line;
            return this;
        }

        public RunEvidence Fold() => _folded ??= EvidenceFold.Apply(RunEvidence.None, Facts, launch);
    }
}
