using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Evidence;

/// <summary>
/// Folds events into evidence, one after the other: any split of the same events into polls gives the same evidence.
/// <para>
/// An event belongs to an attempt by its place in the log, never by the runtime run id it carries: a consumed approval is logged
/// under the id of the run that asked for it.
/// </para>
/// <para>
/// A log that shrank or was replaced reaches the fold as a higher <see cref="EventFact.Epoch"/>. After <c>log_truncated</c> the
/// lines simply go on. After <c>log_replaced</c> they are read from the new log's start: a <c>loop_start</c> with the runtime run
/// id of the current attempt is that attempt read again (nothing is counted twice), an older one opens lines from before this
/// run, which are skipped, and any other is judged like every launch.
/// </para>
/// </summary>
public static class EvidenceFold
{
    /// <summary>Folds in events in order.</summary>
    public static RunEvidence Apply(RunEvidence evidence, IEnumerable<ReceivedFact> facts, LaunchKind launch)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return facts.Aggregate(evidence, (current, received) => Apply(current, received.Fact, received.ReceivedAt, launch));
    }

    /// <summary>Folds in one event. One that is already in changes nothing.</summary>
    /// <param name="evidence">The evidence so far.</param>
    /// <param name="fact">The next event.</param>
    /// <param name="receivedAt">When the manager received it, on its own clock.</param>
    /// <param name="launch">How the run comes by its first process.</param>
    public static RunEvidence Apply(RunEvidence evidence, EventFact fact, DateTimeOffset receivedAt, LaunchKind launch)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(fact);
        if (fact.Sequence <= evidence.Through)
        {
            return evidence;
        }

        evidence = evidence with { Through = fact.Sequence, Epoch = Math.Max(evidence.Epoch, fact.Epoch) };
        if (fact.Name == EventFact.QuarantinedName)
        {
            return evidence with { Quarantined = evidence.Quarantined + 1 };
        }

        if (fact.Name == RuntimeEvents.LoopStart)
        {
            return OnLoopStart(evidence, fact, receivedAt, launch);
        }

        if (evidence.Foreign is not null || evidence.InOlderRun)
        {
            return evidence;
        }

        if (fact.Name == RuntimeEvents.ApprovalDecision)
        {
            return OnDecision(evidence, fact, receivedAt);
        }

        if (evidence.PendingLoopStart is { } pending)
        {
            if (fact.Name == RuntimeEvents.ApprovalWait)
            {
                // Somebody ran the loop while it waits for a decision: that process ended at once and did nothing.
                return evidence with { PendingLoopStart = null };
            }

            var relaunched = fact.Name is RuntimeEvents.ApprovalConsumed or RuntimeEvents.ApprovalRejected || IsDecided(evidence.Approval);
            evidence = evidence with { PendingLoopStart = null };
            if (!relaunched)
            {
                return evidence with { Foreign = new ForeignLaunch(pending.RuntimeRunId, pending.Epoch, pending.Line) };
            }

            evidence = BeginAttempt(evidence, AttemptCause.Decision, pending);
        }

        if (evidence.Attempts.Count == 0)
        {
            // The launch itself could not be read; what follows is still the run's own.
            evidence = BeginAttempt(evidence, FirstCause(launch), new PendingLoopStart(fact.RuntimeRunId, fact.Epoch, fact.Line, fact.Timestamp));
        }

        return OnAttemptEvent(evidence, fact, receivedAt);
    }

    private static RunEvidence OnLoopStart(RunEvidence evidence, EventFact fact, DateTimeOffset receivedAt, LaunchKind launch)
    {
        var start = new PendingLoopStart(fact.RuntimeRunId, fact.Epoch, fact.Line, fact.Timestamp);
        if (evidence.Attempts.Count == 0)
        {
            return Touch(BeginAttempt(evidence, FirstCause(launch), start), fact, receivedAt);
        }

        var current = evidence.Attempts[^1];
        if (fact.Epoch > current.Epoch)
        {
            if (current.RuntimeRunId is not null && fact.RuntimeRunId == current.RuntimeRunId)
            {
                var again = current with { Epoch = fact.Epoch, BaseLine = fact.Line - 1 };
                return Touch(
                    evidence with { Attempts = evidence.Attempts.SetItem(evidence.Attempts.Count - 1, again), InOlderRun = false, PendingLoopStart = null },
                    fact,
                    receivedAt);
            }

            if (fact.Timestamp < current.StartedAt)
            {
                return evidence with { InOlderRun = true };
            }
        }

        if (evidence.Foreign is not null)
        {
            return evidence;
        }

        evidence = evidence with { InOlderRun = false };
        if (evidence.End is null && evidence.Approval is { Consumed: false } approval)
        {
            return IsDecided(approval)
                ? Touch(BeginAttempt(evidence, AttemptCause.Decision, start), fact, receivedAt)
                : evidence with { PendingLoopStart = start };
        }

        return evidence with { Foreign = new ForeignLaunch(fact.RuntimeRunId, fact.Epoch, fact.Line) };
    }

    private static RunEvidence OnDecision(RunEvidence evidence, EventFact fact, DateTimeOffset receivedAt)
    {
        if (evidence.Attempts.Count == 0 || evidence.Approval is { Consumed: true } || fact.Status is not ("approved" or "rejected"))
        {
            return evidence;
        }

        var approval = evidence.Approval ?? new ApprovalEvidence { RuntimeRunId = fact.RuntimeRunId, Iteration = fact.Iteration };
        return evidence with
        {
            Approval = approval with { Decision = fact.Status, DecidedBy = fact.DecidedBy, Note = fact.Note },
            LastEventName = fact.Name,
            LastEventAt = fact.Timestamp ?? evidence.LastEventAt,
            LastReceivedAt = receivedAt,
        };
    }

    private static RunEvidence OnAttemptEvent(RunEvidence evidence, EventFact fact, DateTimeOffset receivedAt)
    {
        evidence = Touch(evidence, fact, receivedAt) with { UsageLimitBlocked = fact.Name == RuntimeEvents.UsageLimitBlocked };
        return fact.Name switch
        {
            RuntimeEvents.IterationStart => OnIteration(evidence, fact),

            // Work that goes on proves that a signal taken for an end was none.
            RuntimeEvents.RoleStart => evidence with { End = null, Role = new RoleInFlight(fact.Role ?? "unknown", fact.Timestamp) },
            RuntimeEvents.RoleEnd or RuntimeEvents.IterationEnd => evidence with { Role = null },
            RuntimeEvents.ApprovalRequested => evidence with { Role = null, Approval = Requested(evidence.Approval, fact) },
            RuntimeEvents.ApprovalWait => evidence with
            {
                // The first process of the run found a candidate of an earlier run waiting; approval.json says which.
                Approval = evidence.Approval ?? new ApprovalEvidence(),
            },
            RuntimeEvents.ApprovalConsumed => evidence with { Approval = Consumed(evidence.Approval, fact, "approved") },
            RuntimeEvents.ApprovalRejected => evidence with { Approval = Consumed(evidence.Approval, fact, "rejected") },
            RuntimeEvents.LoopComplete => Ended(evidence, fact, LifecycleState.Completed, null),
            RuntimeEvents.LoopStop => Ended(evidence, fact, LifecycleState.Stopped, fact.Reason ?? "unspecified"),
            RuntimeEvents.NoProgressStop => Ended(evidence, fact, LifecycleState.Stopped, EndReasons.NoProgress),
            RuntimeEvents.RateLimitStop => Ended(evidence, fact, LifecycleState.Stopped, EndReasons.RateLimited),
            RuntimeEvents.RoleTimeout => Ended(evidence, fact, LifecycleState.Failed, EndReasons.RoleTimeout) with
            {
                RoleTimeoutSeconds = fact.TimeoutSeconds ?? evidence.RoleTimeoutSeconds,
            },
            RuntimeEvents.DelegationFailRole => Ended(evidence, fact, LifecycleState.Failed, EndReasons.DelegationFailed),
            _ => evidence,
        };
    }

    private static RunEvidence OnIteration(RunEvidence evidence, EventFact fact)
    {
        var iteration = fact.Iteration ?? (evidence.Iteration + 1);
        var isNew = iteration > evidence.Iteration;
        return evidence with
        {
            End = null,
            Role = null,
            Iteration = isNew ? iteration : evidence.Iteration,
            TotalIterations = evidence.TotalIterations + (isNew ? 1 : 0),
        };
    }

    // A run that took a rejection up asks again under the id and the iteration it noted that under.
    private static ApprovalEvidence Requested(ApprovalEvidence? known, EventFact fact) =>
        known is { Consumed: false } && known.RuntimeRunId == fact.RuntimeRunId && known.Iteration == fact.Iteration
            ? known with { RequestedAt = known.RequestedAt ?? fact.Timestamp }
            : new ApprovalEvidence { RuntimeRunId = fact.RuntimeRunId, Iteration = fact.Iteration, RequestedAt = fact.Timestamp };

    private static ApprovalEvidence Consumed(ApprovalEvidence? known, EventFact fact, string decision)
    {
        var approval = known ?? new ApprovalEvidence { RuntimeRunId = fact.RuntimeRunId, Iteration = fact.Iteration };
        return approval with
        {
            Decision = approval.Decision ?? decision,
            DecidedBy = approval.DecidedBy ?? fact.DecidedBy,
            Note = approval.Note ?? fact.Note,
            Consumed = true,
        };
    }

    private static RunEvidence Ended(RunEvidence evidence, EventFact fact, LifecycleState state, string? reason) =>
        evidence with { End = new EndSignal(state, reason, fact.Sequence), Role = null };

    private static RunEvidence BeginAttempt(RunEvidence evidence, AttemptCause cause, PendingLoopStart start) => evidence with
    {
        Attempts = evidence.Attempts.Add(new Attempt
        {
            Number = evidence.Attempts.Count + 1,
            Cause = cause,
            Epoch = start.Epoch,
            BaseLine = start.Line - 1,
            RuntimeRunId = start.RuntimeRunId,
            StartedAt = start.Timestamp,
        }),
        ProcessLine = start.Line,
        End = null,
        Role = null,
        Iteration = 0,
        UsageLimitBlocked = false,
        PendingLoopStart = null,
    };

    private static RunEvidence Touch(RunEvidence evidence, EventFact fact, DateTimeOffset receivedAt) => evidence with
    {
        LastEventName = fact.Name,
        LastEventAt = fact.Timestamp ?? evidence.LastEventAt,
        LastReceivedAt = receivedAt,
        ProcessLine = fact.Line,
    };

    private static bool IsDecided(ApprovalEvidence? approval) => approval is { Decision: not null, Consumed: false };

    private static AttemptCause FirstCause(LaunchKind launch) =>
        launch == LaunchKind.Start ? AttemptCause.Start : AttemptCause.Attach;
}
