using OpsManager.Core.Escalations;
using OpsManager.Core.Health;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using static OpsManager.Core.Escalations.EscalationSeverity;
using static OpsManager.Core.Intents.IntentVerb;
using static OpsManager.Core.Reasons.ReasonCategory;

namespace OpsManager.Core.Reasons;

/// <summary>Every reason code, once: the API, the command line and the runbook take their words from here.</summary>
public static class ReasonCatalogue
{
    private const string None = "Nothing to do.";
    private const string Read = "Read the diagnostics, mend what they name, and start a new run with retryOf.";

    /// <summary>All of them, by category.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } =
    [
        // Health.
        Of(HealthCodes.IngestStale, ReasonCategory.Health, Critical, "Nothing is heard of the work for longer than is allowed now.", "Look at the role's output in the diagnostics; if it hangs, pause or cancel the run.", Pause, Cancel),
        Of(HealthCodes.Circling, ReasonCategory.Health, Critical, "Iteration after iteration changes nothing, or ends with the same failing tests.", "Read the last iteration's output; pause the run and help it, or cancel it.", Pause, Cancel),
        Of(HealthCodes.HeartbeatStale, ReasonCategory.Health, Critical, "A sign of life in the sprite is old: the runtime's heartbeat, or the beat of the adapter's watch.", "See whether what it is of still runs; the run itself may be well. Without its watch the adapter keeps no sprite awake: restart its service."),
        Of(HealthCodes.ClockSkew, ReasonCategory.Health, Warning, "The sprite's clock and the manager's differ by more than is allowed.", "Set the sprite's clock. Decisions do not rest on it; times from the sprite read wrongly."),
        Of("quiescence_not_proven", ReasonCategory.Health, Warning, "The run ended, and processes of it may still live; its sprite stays claimed.", "Ask for force_cancel, or see in the sprite that nothing of it is left.", ForceCancel),
        Of("recovery_pending", ReasonCategory.Health, Warning, "The runtime proposed a repair that a person must allow, and takes no answer to it.", "Read the proposal in the evidence; do what is right in the sprite, or pause or cancel the run.", Pause, Cancel),

        // Waits.
        Of(HealthCodes.RateLimitWait, Wait, Info, "The runtime sits out a rate limit of its model.", "Wait; it goes on by itself for up to six hours."),
        Of(HealthCodes.UsageLimitWait, Wait, Info, "The runtime sits out a usage quota.", "Wait up to two hours, or raise the quota."),
        Of(HealthCodes.LongRole, Wait, Info, "A role is silent for longer than usual and within the time it is given.", "Wait; it is ended by the runtime when its time is up."),

        // Transport.
        Of("transport_unreachable", Transport, Critical, "The adapter cannot be reached: no name, no connection, or TLS failed.", "See whether the sprite and its adapter run and whether the network lets the manager through. The run may well go on."),
        Of("transport_timeout", Transport, Critical, "The adapter did not answer in time.", "See whether the sprite sleeps or is overloaded. The run may well go on."),
        Of("adapter_unauthorized", Transport, Critical, "The adapter refuses the manager's token.", "Set the token that the run's tokenName names to the adapter's, and restart the manager if it was set there."),
        Of("adapter_error", Transport, Critical, "The adapter answers with an error of its own.", "Read its log in the sprite; the failure's detail has its words."),
        Of("loop_unknown", Transport, Critical, "The adapter does not know the loop any more.", "See whether the repository in the sprite still configures the loop."),
        Of("loop_not_started", Transport, Critical, "The loop has no artifacts, or no longer.", "Start the loop, or see who removed its folder."),
        Of("endpoint_not_allowed", Transport, Critical, "The run's endpoint is not on the manager's allow-list any more, or its name leads elsewhere.", "Extend the allow-list, or cancel the run in the sprite."),
        Of("adapter_token_missing", Transport, Critical, "The token that the run names is not configured.", "Set it in the manager's settings."),

        // The contract.
        Of("cursor_ahead", ReasonCategory.Contract, Critical, "The log is shorter than what was read of it.", "Wait for the next poll, which reads it anew; if it stays, look at the log in the sprite."),
        Of("invalid_transport_payload", ReasonCategory.Contract, Critical, "The adapter's answer is not what the contract says.", "Compare the adapter's version with the manager's; the failure's detail names the member."),
        Of("unsupported_schema_version", ReasonCategory.Contract, Critical, "The adapter speaks a version of the contract that the manager does not read.", "Bring adapter and manager to versions that know each other."),
        Of("loop_mismatch", ReasonCategory.Contract, Critical, "The adapter answers for another loop.", "See what listens at the run's endpoint."),
        Of("repo_mismatch", ReasonCategory.Contract, Critical, "The adapter serves another repository than the run names.", "See what listens at the run's endpoint."),
        Of("response_too_large", ReasonCategory.Contract, Critical, "The adapter's answer is larger than the manager reads.", "See what grew in the sprite, or raise the limit."),

        // Policies.
        Of(PolicyCodes.StartDeadline, Policy, Warning, "No runtime process has begun in time.", "Launch the loop in the sprite if the run was to adopt it; else see why the launch does not take, or cancel the run.", Cancel),
        Of("policy_acted", Policy, Warning, "A broken policy pauses or cancels the run by itself, as it was told to.", "See the intent by the policy; raise its limit or mute its action if it is wrong."),
        Of(PolicyCodes.RelaunchDeadline, Policy, Warning, "A decision was taken and the runtime was not launched again in time.", "Ask for relaunch, or launch the loop in the sprite.", Relaunch, Cancel),
        Of(PolicyCodes.MaxActiveDuration, Policy, Critical, "The run was at work for longer than it was given.", "Decide whether it is worth going on: raise maxActiveDuration, or cancel the run.", Cancel, Pause),
        Of(PolicyCodes.ApprovalReminder, Policy, Warning, "A candidate has been waiting for a decision for some time.", "Look at the candidate; approve or reject it.", Approve, Reject),
        Of(PolicyCodes.ApprovalDeadline, Policy, Critical, "A candidate was not decided on in time.", "Decide on it, or cancel the run.", Approve, Reject, Cancel),
        Of(PolicyCodes.PauseUnfinished, Policy, Warning, "The leader is stopped, and what it had started has not ended in time.", "See in the diagnostics which process hangs; resume the run, or cancel it.", Resume, Cancel),

        // Divergence.
        Of(HealthCodes.Divergence, ReasonCategory.Divergence, Warning, "What the runtime says contradicts itself. Automatic control is frozen as long as it does.", "Compare the snapshot with what really runs in the sprite; what people ask for stays possible.", Pause, Cancel),
        Of("activeMismatch", ReasonCategory.Divergence, Warning, "state.json says that the loop is inactive while its process is there and at work.", "See whether somebody edited state.json or ran the runtime's own cancel.", Cancel),
        Of("approvalCompletionConflict", ReasonCategory.Divergence, Warning, "A candidate awaits a decision while log or summary say that it is complete.", "See whether approval.json was left behind; decide on it or remove it."),
        Of("cursorRegression", ReasonCategory.Divergence, Warning, "An observation knows fewer events than were decided on before.", "Wait for the next poll; if it stays, the store lost rows: compare events and evidence."),

        // Control.
        Of("unattributed_decision", Control, Warning, "A candidate was decided on, and not through this manager.", "Ask whom the log names; if nobody was entitled to, cancel the run.", Cancel),
        Of("foreign_run", Control, Warning, "Somebody else launched the loop while this run had no end.", "Find out who; what follows in the log is not this run's."),
        Of("control_ambiguous", Control, Critical, "An intent was sent, and nobody knows whether it had an effect.", "Look at the run's state and the intent's steps, then ask again for what is still wanted."),
        Of("control_expired", Control, Warning, "An intent could not be sent in time. It had no effect.", "See why the adapter cannot be reached, then ask again for what is still wanted."),
        Of("control_refused", Control, Warning, "The adapter refused what the manager or a policy asked for.", "The intent's last step has its words: mend what they name, then ask for it."),
        Of("control_failed", Control, Warning, "An intent was carried out and did not have its effect.", "Read the intent's last step; ask again, or for something stronger.", Cancel, ForceCancel),
        Of(IntentCodes.RunEnded, Control, Info, "The run has ended.", None),
        Of(IntentCodes.NothingLeft, Control, Info, "The run has ended and nothing of it lives.", None),
        Of(IntentCodes.AlreadyRequested, Control, Info, "The same was asked already and is under way.", "Wait for that intent."),
        Of(IntentCodes.CancelInProgress, Control, Info, "A cancel is under way.", "Wait for it; force_cancel is possible after its grace.", ForceCancel),
        Of(IntentCodes.DecisionInProgress, Control, Info, "A decision on the candidate is under way.", "Wait for that intent."),
        Of(IntentCodes.TooManyOpen, Control, Warning, "Too many intents are open.", "Wait for one to end."),
        Of(IntentCodes.NotSupported, Control, Info, "The endpoint does not offer this.", "Do it in the sprite, or install the manager's own adapter there."),
        Of(IntentCodes.ObserveOnly, Control, Info, "The process runs several loops: what is done to it is done to all of them.", "Do it in the sprite, when all of its loops may be touched."),
        Of(IntentCodes.NotObserved, Control, Info, "The adapter has not answered yet; what it can do is not known.", "Wait for the first poll."),
        Of(IntentCodes.NotActive, Control, Info, "The endpoint can only cancel the active loop, and that is not this one.", "Cancel it in the sprite."),
        Of(IntentCodes.AlreadyPaused, Control, Info, "The run is paused already, or about to be.", None),
        Of(IntentCodes.NotPaused, Control, Info, "The run is not paused.", None),
        Of(IntentCodes.Paused, Control, Info, "The run is paused: no role starts and nothing is launched until it is resumed.", "Resume it when it shall go on.", Resume, Cancel),
        Of(IntentCodes.NoCandidate, Control, Info, "No candidate waits for a decision.", None),
        Of(IntentCodes.CandidateMismatch, Control, Info, "Another candidate waits than the one named.", "Look at the candidate that waits and decide on it.", Approve, Reject),
        Of(IntentCodes.NoDecision, Control, Info, "There is no decision for the runtime to take up.", "Decide on the candidate first.", Approve, Reject),
        Of(IntentCodes.CancelFirst, Control, Info, "A cancel comes before force_cancel.", "Ask for cancel.", Cancel),
        Of(IntentCodes.GracePeriod, Control, Info, "The cancel still has its grace.", "Wait until availableAt."),
        Of(IntentCodes.AdapterAnswers, Control, Info, "The adapter answers, or has not been silent for long enough: the sprite is not lost.", "Cancel the run; declare it lost only where the sprite is gone."),
        Of(IntentCodes.Unreadable, Control, Warning, "An intent could not be read.", "Send it again as docs/api.md has it."),
        Of(IntentCodes.DeliveryDeadline, Control, Warning, "An intent could not be sent in time. It had no effect.", "See why the adapter cannot be reached, then ask again."),
        Of(IntentCodes.ConfirmTimeout, Control, Warning, "The effect of an intent was not seen in time.", "Look at the run's state, then ask again for what is still wanted."),
        Of(IntentCodes.Replaced, Control, Info, "Another intent took the place of this one.", None),
        Of(IntentCodes.DecidedElsewhere, Control, Warning, "Somebody else decided on the candidate first.", "See the decision; the intent's last step names who took it."),
        Of(IntentCodes.CandidateGone, Control, Warning, "The candidate is gone without a decision.", "Look at the log: the runtime withdrew it, or somebody removed it."),
        Of(IntentCodes.RunEndedFirst, Control, Info, "The run ended before the intent had its effect.", None),
        Of(IntentCodes.NotAttached, Control, Info, "The run is to follow a process that somebody else launches, and has not found one yet.", "Launch the loop in the sprite, or wait for it."),
        Of(IntentCodes.StartInProgress, Control, Info, "The launch was asked for and is not answered yet.", "Wait some seconds, then ask again."),
        Of("relaunch_exited", Control, Warning, "The process that was to take the decision up exited without doing so.", "The intent's last step has its words: mend what they name, then ask for relaunch.", Relaunch),

        // Log.
        Of("log_truncated", Log, Info, "The event log became shorter; what is left is what was read, and reading goes on after it.", "See who shortened it."),
        Of("log_replaced", Log, Warning, "The event log is another one than before; it is read from its start.", "See who replaced it, and whether the loop was set up anew."),
        Of("line_quarantined", Log, Info, "The event log holds lines that cannot be read; they are kept and skipped.", "Look at them in the events; the run is decided on without them."),

        // States.
        Of("pending", State, Info, "The run is accepted; no runtime process has been seen.", "Wait, or launch the loop in the sprite if the run is to adopt it.", Cancel),
        Of("starting", State, Info, "A process was launched; it has logged nothing yet.", "Wait some seconds.", Cancel),
        Of("running", State, Info, "The runtime is at work.", None),
        Of("awaiting_approval", State, Warning, "A candidate waits for a decision.", "Look at the candidate; approve or reject it.", Approve, Reject),
        Of("awaiting_relaunch", State, Info, "A decision was taken; the runtime takes it up at its next launch.", "Wait for the relaunch, or ask for it.", Relaunch),
        Of("pausing", State, Info, "The leader is stopped; the role in flight still works.", "Wait until it has ended."),
        Of("resuming", State, Info, "The leader was told to go on.", "Wait some seconds."),
        Of("cancelling", State, Info, "The run was told to end.", "Wait for the proof that it did.", ForceCancel),
        Of("end_confirmation", State, Info, "An end was seen once and waits for its second witness.", "Wait for the next poll."),

        // Ends.
        Of("completed", End, Info, "The loop reached its goal.", None),
        Of("stopped", End, Info, "The runtime stopped by its own rule.", Read),
        Of("failed", End, Warning, "The work failed.", Read),
        Of("cancelled", End, Info, "The run was cancelled.", None),
        Of("timed_out", End, Warning, "A deadline policy cancelled the run.", "See which policy; start a new run with retryOf and more time if it is worth it."),
        Of("crashed", End, Warning, "The runtime process died.", Read),
        Of("lost", End, Critical, "The sprite is gone.", "Start a new run on another sprite; this one holds its sprite until it is deleted with releaseClaim."),
        Of(EndReasons.Declared, End, Critical, "A person declared that the sprite is gone.", "Start a new run on another sprite; this one holds its sprite until it is deleted with releaseClaim."),
        Of("max_iterations", End, Info, "The runtime had as many iterations as it was given.", "Read what is open; start a new run with retryOf, or give it more iterations."),
        Of("stuck", End, Warning, "The runtime's own rule for a stuck loop stopped it.", "Remove its stuck.json before the next run; its count is known to be too high where no test fails."),
        Of("lifecycle_gate_failed", End, Warning, "The runtime's audit of branches failed and was set to stop it.", "Read lifecycle-status.json in the sprite and mend the branches."),
        Of("unspecified", End, Warning, "The runtime stopped and did not say why.", Read),
        Of("unlogged", End, Info, "The runtime ended in order without logging it.", None),
        Of(EndReasons.NoProgress, End, Warning, "Nothing changed from one iteration to the next, by the runtime's own count.", "Remove its stuck.json before the next run, and help it with what is open."),
        Of(EndReasons.RateLimited, End, Warning, "A rate limit outlasted the runtime's patience.", "Wait for the limit to pass; the loop's stale state.json needs a cancel in the sprite before the next run."),
        Of(EndReasons.UsageLimit, End, Warning, "A usage quota blocked the next role.", "Wait for the quota or raise it, then start a new run with retryOf."),
        Of(EndReasons.RoleTimeout, End, Warning, "A role ran into its time limit.", "Read the role's output; raise its timeout or make its task smaller."),
        Of(EndReasons.DelegationFailed, End, Warning, "A delegated task failed its role.", Read),
        Of(EndReasons.StartRefused, End, Warning, "The runtime refused to start.", "The transition has its words: mend what they name."),
        Of(EndReasons.StartUnsupported, End, Warning, "The endpoint cannot start a runtime.", "Launch the loop in the sprite and attach to it, or install the manager's own adapter there."),
        Of(EndReasons.RunnerExit, End, Warning, "The runtime gave up without saying why, as it does when a runner fails.", "Read the end of its output in the diagnostics; the loop's stale state.json needs a cancel in the sprite before the next run."),
        Of(EndReasons.External, End, Warning, "Somebody else ended the run.", "Ask who works in the sprite."),
        Of(EndReasons.Superseded, End, Warning, "Somebody launched the loop anew; this run is over.", "Ask who; attach to the new run if it is wanted."),
        Of(EndReasons.Killed, End, Warning, "The leader was killed.", "See whether the sprite ran out of memory."),
        Of(EndReasons.Signal, End, Warning, "A signal ended the leader, such as that of a fault.", Read),
        Of(EndReasons.Vanished, End, Warning, "The leader is gone and nobody knows how.", "See what happened in the sprite: a kill, a restart, or memory that ran out."),
        Of(EndReasons.HostRestart, End, Warning, "The machine was restarted under the run.", "Start a new run with retryOf; the work tree is as it was left."),
        Of(EndReasons.Rejected, End, Info, "A person rejected the candidate, and the run was not to be launched again.", None),

        // The engine.
        Of("engine_suspended", Engine, Critical, "The run's orchestration was suspended; nobody watches the run.", "Resume the instance in the Durable Functions Monitor."),
        Of(EngineReplacements.Code, Engine, Critical, "The run's orchestration had to be replaced several times within an hour.", "Look at the manager's log for what ends it, and at the host's memory and storage."),

        // The manager itself.
        Of("fleet_unreachable", Fleet, Critical, "Most of the fleet cannot be reached at once: the manager suspects itself and does nothing run by run.", "Look at the manager's own network, names and credentials first."),
    ];

    private static readonly Dictionary<string, ReasonCode> ByCode = All.ToDictionary(static reason => reason.Code, StringComparer.Ordinal);

    /// <summary>The reason of that code, or null: the runtime may name reasons of its own.</summary>
    public static ReasonCode? Find(string code) => ByCode.GetValueOrDefault(code);

    private static ReasonCode Of(string code, ReasonCategory category, EscalationSeverity severity, string meaning, string next, params ReadOnlySpan<IntentVerb> verbs) =>
        new(code, category, severity, meaning, next) { Verbs = Primitives.ValueList.Create(verbs) };
}
