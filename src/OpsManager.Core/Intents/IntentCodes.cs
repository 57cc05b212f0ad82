namespace OpsManager.Core.Intents;

/// <summary>Why an intent is not possible, or how it ended. Public and stored.</summary>
public static class IntentCodes
{
    /// <summary>The run has ended.</summary>
    public const string RunEnded = "run_ended";

    /// <summary>The run has ended and nothing of it lives.</summary>
    public const string NothingLeft = "nothing_left";

    /// <summary>The same was asked already and is under way.</summary>
    public const string AlreadyRequested = "already_requested";

    /// <summary>A cancel is under way.</summary>
    public const string CancelInProgress = "cancel_in_progress";

    /// <summary>A decision is under way.</summary>
    public const string DecisionInProgress = "decision_in_progress";

    /// <summary>Too many intents are open.</summary>
    public const string TooManyOpen = "too_many_open_intents";

    /// <summary>The endpoint does not offer it.</summary>
    public const string NotSupported = "not_supported_by_endpoint";

    /// <summary>The process may be looked at and not be touched.</summary>
    public const string ObserveOnly = "observe_only";

    /// <summary>The adapter has not answered yet: nothing is known of what it can do.</summary>
    public const string NotObserved = "not_observed_yet";

    /// <summary>The run is to follow a process that somebody else launches, and has not found one yet.</summary>
    public const string NotAttached = "not_attached_yet";

    /// <summary>The launch was asked for and is not answered yet.</summary>
    public const string StartInProgress = "start_in_progress";

    /// <summary>The endpoint can only cancel the loop that is active, and that is not this one.</summary>
    public const string NotActive = "not_active_on_endpoint";

    /// <summary>The run is paused already.</summary>
    public const string AlreadyPaused = "already_paused";

    /// <summary>The run is not paused.</summary>
    public const string NotPaused = "not_paused";

    /// <summary>The run is paused: nothing is launched.</summary>
    public const string Paused = "paused";

    /// <summary>No candidate waits for a decision.</summary>
    public const string NoCandidate = "no_candidate";

    /// <summary>Another candidate waits than the one named.</summary>
    public const string CandidateMismatch = "candidate_mismatch";

    /// <summary>There is no decision for the runtime to take up.</summary>
    public const string NoDecision = "no_decision_taken";

    /// <summary>A cancel comes first.</summary>
    public const string CancelFirst = "cancel_first";

    /// <summary>The cancel has its grace.</summary>
    public const string GracePeriod = "grace_period";

    /// <summary>The adapter answers: a sprite that is there is not lost.</summary>
    public const string AdapterAnswers = "adapter_answers";

    /// <summary>The intent could not be read.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>It could not be sent in time.</summary>
    public const string DeliveryDeadline = "delivery_deadline";

    /// <summary>Its effect was not seen in time.</summary>
    public const string ConfirmTimeout = "confirm_timeout";

    /// <summary>Another intent took its place.</summary>
    public const string Replaced = "replaced";

    /// <summary>Somebody else decided on the candidate.</summary>
    public const string DecidedElsewhere = "decided_elsewhere";

    /// <summary>The candidate is gone without a decision.</summary>
    public const string CandidateGone = "candidate_gone";

    /// <summary>The run ended for another reason.</summary>
    public const string RunEndedFirst = "run_ended_first";
}
