using System.Reflection;

namespace OpsFunctions.Problems;

/// <summary>Every kind of refusal the API knows.</summary>
public static class ProblemKinds
{
    /// <summary>The body is not JSON.</summary>
    public static readonly ProblemKind MalformedJson = new("malformed_json", 400, "The body is not valid JSON");

    /// <summary>A member or parameter has a wrong value.</summary>
    public static readonly ProblemKind InvalidField = new("invalid_field", 400, "A value is not valid");

    /// <summary>A member is missing.</summary>
    public static readonly ProblemKind MissingField = new("missing_field", 400, "A required value is missing");

    /// <summary>A member or parameter is not known.</summary>
    public static readonly ProblemKind UnknownField = new("unknown_field", 400, "A member or parameter is not known");

    /// <summary>The adapter's address is not on the allow-list.</summary>
    public static readonly ProblemKind EndpointNotAllowed = new("endpoint_not_allowed", 400, "The endpoint is not allowed");

    /// <summary>No profile has this name.</summary>
    public static readonly ProblemKind UnknownProfile = new("unknown_profile", 400, "The profile is not known");

    /// <summary>No token is configured under this name.</summary>
    public static readonly ProblemKind TokenUnknown = new("token_unknown", 400, "The token name is not known");

    /// <summary>The run to be repeated does not exist.</summary>
    public static readonly ProblemKind RetryOfNotFound = new("retry_of_not_found", 400, "The run to be repeated does not exist");

    /// <summary>The continuation of a list is not one of ours, or belongs to another filter.</summary>
    public static readonly ProblemKind InvalidContinuation = new("invalid_continuation", 400, "The continuation is not valid for this query");

    /// <summary>A cursor that no answer of ours ever held.</summary>
    public static readonly ProblemKind MalformedCursor = new("malformed_cursor", 400, "The cursor is not valid");

    /// <summary>The Idempotency-Key cannot be used.</summary>
    public static readonly ProblemKind InvalidIdempotencyKey = new("invalid_idempotency_key", 400, "The Idempotency-Key is not valid");

    /// <summary>No such run.</summary>
    public static readonly ProblemKind RunNotFound = new("run_not_found", 404, "The run does not exist");

    /// <summary>No snapshot yet.</summary>
    public static readonly ProblemKind SnapshotNotFound = new("snapshot_not_found", 404, "The run has no snapshot yet");

    /// <summary>No such intent.</summary>
    public static readonly ProblemKind IntentNotFound = new("intent_not_found", 404, "The run has no such intent");

    /// <summary>No such escalation.</summary>
    public static readonly ProblemKind EscalationNotFound = new("escalation_not_found", 404, "The run has no such escalation");

    /// <summary>No such silence.</summary>
    public static readonly ProblemKind SilenceNotFound = new("silence_not_found", 404, "The silence does not exist");

    /// <summary>No such schema.</summary>
    public static readonly ProblemKind SchemaNotFound = new("schema_not_found", 404, "The contract has no such schema");

    /// <summary>Another run holds the sprite.</summary>
    public static readonly ProblemKind SpriteClaimed = new("sprite_claimed", 409, "Another run holds the sprite");

    /// <summary>Only an ended run can be repeated.</summary>
    public static readonly ProblemKind RetryOfNotEnded = new("retry_of_not_ended", 409, "The run to be repeated has not ended");

    /// <summary>The run has ended.</summary>
    public static readonly ProblemKind RunEnded = new("run_ended", 409, "The run has ended");

    /// <summary>The run has ended and nothing of it lives.</summary>
    public static readonly ProblemKind NothingLeft = new("nothing_left", 409, "Nothing of the run lives");

    /// <summary>The same was asked already.</summary>
    public static readonly ProblemKind AlreadyRequested = new("already_requested", 409, "The same is asked already");

    /// <summary>A cancel is under way.</summary>
    public static readonly ProblemKind CancelInProgress = new("cancel_in_progress", 409, "A cancel is under way");

    /// <summary>A decision is under way.</summary>
    public static readonly ProblemKind DecisionInProgress = new("decision_in_progress", 409, "A decision is under way");

    /// <summary>The endpoint does not offer it.</summary>
    public static readonly ProblemKind NotSupportedByEndpoint = new("not_supported_by_endpoint", 409, "The endpoint does not offer it");

    /// <summary>The adapter has not answered yet.</summary>
    public static readonly ProblemKind NotObservedYet = new("not_observed_yet", 409, "The adapter has not answered yet");

    /// <summary>The run follows a process that somebody else launches, and has not found it.</summary>
    public static readonly ProblemKind NotAttachedYet = new("not_attached_yet", 409, "The run has not attached to a process yet");

    /// <summary>The launch is not answered yet.</summary>
    public static readonly ProblemKind StartInProgress = new("start_in_progress", 409, "The launch is under way");

    /// <summary>The endpoint cancels whichever loop is active, and that is another.</summary>
    public static readonly ProblemKind NotActiveOnEndpoint = new("not_active_on_endpoint", 409, "Another loop is active on the endpoint");

    /// <summary>The process may be looked at and not be touched.</summary>
    public static readonly ProblemKind ObserveOnly = new("observe_only", 409, "The process is not the run's alone");

    /// <summary>The run is paused already.</summary>
    public static readonly ProblemKind AlreadyPaused = new("already_paused", 409, "The run is paused already");

    /// <summary>The run is not paused.</summary>
    public static readonly ProblemKind NotPaused = new("not_paused", 409, "The run is not paused");

    /// <summary>The run is paused.</summary>
    public static readonly ProblemKind Paused = new("paused", 409, "The run is paused");

    /// <summary>No candidate waits.</summary>
    public static readonly ProblemKind NoCandidate = new("no_candidate", 409, "No candidate waits for a decision");

    /// <summary>Another candidate waits than the one named.</summary>
    public static readonly ProblemKind CandidateMismatch = new("candidate_mismatch", 409, "Another candidate waits");

    /// <summary>There is no decision to take up.</summary>
    public static readonly ProblemKind NoDecisionTaken = new("no_decision_taken", 409, "There is no decision to take up");

    /// <summary>A cancel comes first.</summary>
    public static readonly ProblemKind CancelFirst = new("cancel_first", 409, "A cancel comes first");

    /// <summary>The cancel has its grace.</summary>
    public static readonly ProblemKind GracePeriod = new("grace_period", 409, "The cancel has its grace");

    /// <summary>What answers is not lost.</summary>
    public static readonly ProblemKind AdapterAnswers = new("adapter_answers", 409, "The adapter answers");

    /// <summary>Too many intents are open.</summary>
    public static readonly ProblemKind TooManyOpenIntents = new("too_many_open_intents", 429, "Too many intents are open");

    /// <summary>Only an ended run can be deleted.</summary>
    public static readonly ProblemKind RunNotEnded = new("run_not_ended", 409, "The run has not ended");

    /// <summary>The run ended without proof that nothing of it lives, and holds its sprite.</summary>
    public static readonly ProblemKind ClaimHeld = new("claim_held", 409, "The run still holds its sprite");

    /// <summary>The run is being deleted.</summary>
    public static readonly ProblemKind RunPurging = new("run_purging", 410, "The run is being deleted");

    /// <summary>There are as many silences as there may be.</summary>
    public static readonly ProblemKind TooManySilences = new("too_many_silences", 409, "There are too many silences");

    /// <summary>The cursor can no longer be served.</summary>
    public static readonly ProblemKind CursorGone = new("cursor_gone", 410, "The cursor can no longer be served");

    /// <summary>If-Match names another revision.</summary>
    public static readonly ProblemKind PreconditionFailed = new("precondition_failed", 412, "The run has changed");

    /// <summary>The body is over the limit.</summary>
    public static readonly ProblemKind BodyTooLarge = new("body_too_large", 413, "The body is too large");

    /// <summary>The body is not JSON by its own account.</summary>
    public static readonly ProblemKind UnsupportedMediaType = new("unsupported_media_type", 415, "The body must be JSON");

    /// <summary>The key was used with another body.</summary>
    public static readonly ProblemKind IdempotencyKeyReused = new("idempotency_key_reused", 422, "The Idempotency-Key was used with another body");

    /// <summary>The adapter does not know the loop.</summary>
    public static readonly ProblemKind LoopUnknown = new("loop_unknown", 422, "The adapter does not know the loop");

    /// <summary>The adapter speaks another version of the contract.</summary>
    public static readonly ProblemKind UnsupportedSchemaVersion = new("unsupported_schema_version", 422, "The adapter speaks an unsupported version of the contract");

    /// <summary>The adapter refuses our token.</summary>
    public static readonly ProblemKind AdapterUnauthorized = new("adapter_unauthorized", 422, "The adapter refuses the token");

    /// <summary>The adapter serves another repository than the one named.</summary>
    public static readonly ProblemKind RepoMismatch = new("repo_mismatch", 422, "The adapter serves another repository");

    /// <summary>The adapter cannot launch a process.</summary>
    public static readonly ProblemKind StartUnsupported = new("start_unsupported", 422, "The adapter cannot start a runtime process");

    /// <summary>If-Match is missing.</summary>
    public static readonly ProblemKind PreconditionRequired = new("precondition_required", 428, "If-Match is required");

    /// <summary>Something of ours went wrong.</summary>
    public static readonly ProblemKind InternalError = new("internal_error", 500, "Something went wrong in the manager");

    /// <summary>As many requests wait for events as this instance allows.</summary>
    public static readonly ProblemKind TooManyWaiters = new("too_many_waiters", 503, "Too many requests wait for events");

    /// <summary>The store did not answer.</summary>
    public static readonly ProblemKind StoreUnavailable = new("store_unavailable", 503, "The store did not answer");

    /// <summary>All kinds, by code.</summary>
    public static IReadOnlyDictionary<string, ProblemKind> ByCode { get; } = typeof(ProblemKinds)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => field.GetValue(null))
        .OfType<ProblemKind>()
        .ToDictionary(kind => kind.Code, StringComparer.Ordinal);
}
