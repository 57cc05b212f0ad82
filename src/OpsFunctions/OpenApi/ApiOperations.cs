using System.Text.Json.Nodes;
using OpsFunctions.Api;
using OpsFunctions.Http;
using OpsFunctions.Problems;
using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;

namespace OpsFunctions.OpenApi;

/// <summary>The operations of the API, one for each HTTP function.</summary>
public static class ApiOperations
{
    private const string Json = "application/json";

    private static readonly Dictionary<string, string> ETagHeader = new(StringComparer.Ordinal) { ["ETag"] = "Stands for what is answered, for If-None-Match." };

    private static readonly ApiResponse NotModified = new(304, "What the caller has is current.", Headers: ETagHeader);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ApiOperation> All { get; } =
    [
        new()
        {
            Function = "CreateRun",
            Summary = "Start or attach to a Loop Run",
            Description = "The adapter is asked once. A definite refusal of its own is answered with 422 and nothing is stored; an adapter that does not answer "
                + "is no reason to refuse: the run shows it and recovers by itself. Nothing is stored on any 4xx.",
            Parameters =
            [
                Header(
                    IdempotencyKeys.Header,
                    "Repeat a request with the same key and body, and the same run is answered again. Keys do not expire as long as the run exists.",
                    Text(RunIds.MaximumKeyLength)),
                Actor(),
            ],
            Request = typeof(CreateRunRequest),
            Responses =
            [
                new(202, "The run is accepted.", typeof(RunResource), Json, new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["Location"] = "Address of the run.",
                    ["Retry-After"] = "Seconds after which reading it is worthwhile.",
                    ["ETag"] = "Stands for the run as it is answered.",
                    [IdempotencyKeys.ReplayedHeader] = "true if the run was accepted by an earlier request.",
                }),
            ],
            Problems =
            [
                ProblemKinds.MalformedJson,
                ProblemKinds.MissingField,
                ProblemKinds.EndpointNotAllowed,
                ProblemKinds.UnknownProfile,
                ProblemKinds.TokenUnknown,
                ProblemKinds.RetryOfNotFound,
                ProblemKinds.InvalidIdempotencyKey,
                ProblemKinds.SpriteClaimed,
                ProblemKinds.RetryOfNotEnded,
                ProblemKinds.BodyTooLarge,
                ProblemKinds.UnsupportedMediaType,
                ProblemKinds.IdempotencyKeyReused,
                ProblemKinds.LoopUnknown,
                ProblemKinds.UnsupportedSchemaVersion,
                ProblemKinds.AdapterUnauthorized,
                ProblemKinds.RepoMismatch,
                ProblemKinds.StartUnsupported,
            ],
        },
        new()
        {
            Function = "ListRuns",
            Summary = "List Loop Runs, newest first",
            Parameters =
            [
                Query("state", "Only runs in this lifecycle state.", Words<LifecycleState>()),
                Query("health", "Only runs with this health verdict.", Words<HealthVerdict>()),
                Query("workspace", "Only runs of this workspace.", Text(128)),
                Query("repo", "Only runs of this repository path.", Text(1024)),
                Query("label", "Only runs with this label: key, or key=value.", Text(320)),
                Query("needsAttention", "Only runs that somebody must look at, or only the others.", new JsonObject { ["type"] = "boolean" }),
                Query("limit", "Elements of a page.", Number(1, 200, 50)),
                Query("continuation", "Where a page begins. Opaque, and bound to the filter: follow nextLink.", Text(4096)),
            ],
            Responses = [new(200, "A page.", typeof(PagedList<RunSummary>), Json)],
            Problems = [ProblemKinds.InvalidContinuation],
        },
        new()
        {
            Function = "GetRun",
            Summary = "Read a Loop Run",
            Description = "The ETag changes with all that is shown but `transport` and `engine`, also where time alone changes it: a grace has passed, a deadline is due. "
                + "`revision` rises with the other changes, and If-Match takes any ETag of the same revision.",
            Parameters = [IfNoneMatch()],
            Responses = [new(200, "The run.", typeof(RunResource), Json, ETagHeader), NotModified],
            Problems = [ProblemKinds.RunNotFound],
        },
        new()
        {
            Function = "PatchPolicy",
            Summary = "Change the policy of a live run",
            Description = "A JSON merge patch: what it leaves out stays, null takes a limit away where there may be none and elsewhere brings the profile's value back. "
                + "Every change is kept with who made it, when, why, from what and to what. A change that changes nothing is answered as the run stands and leaves no trace.",
            Parameters = [Header("If-Match", "ETag of the run as it was read.", new JsonObject { ["type"] = "string" }) with { IsRequired = true }, Actor()],
            Request = typeof(PolicyPatchRequest),
            Responses = [new(200, "The run with its policy.", typeof(RunResource), Json, ETagHeader)],
            Problems =
            [
                ProblemKinds.MalformedJson,
                ProblemKinds.MissingField,
                ProblemKinds.RunNotFound,
                ProblemKinds.RunEnded,
                ProblemKinds.PreconditionFailed,
                ProblemKinds.PreconditionRequired,
                ProblemKinds.BodyTooLarge,
                ProblemKinds.UnsupportedMediaType,
            ],
        },
        new()
        {
            Function = "DeleteRun",
            Summary = "Delete a Loop Run that has ended",
            Description = "The run is marked at once and removed by a timer, with its events, snapshots and orchestration instances; until that is done reading it is "
                + "answered with 410, afterwards with 404. Repeating the request changes nothing. Its id, and the Idempotency-Key it came from, are never used again.",
            AnswersWhilePurging = true,
            Parameters =
            [
                Query(
                    "releaseClaim",
                    "For a run that ended without proof that nothing of it lives: give its sprite back all the same. Logged with who asked.",
                    new JsonObject { ["type"] = "boolean", ["default"] = false }),
                Actor(),
            ],
            Responses =
            [
                new(202, "The run is being deleted.", Headers: new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["Location"] = "Address of the run: 410 while it is being deleted, then 404.",
                    ["Retry-After"] = "Seconds after which looking there is worthwhile.",
                }),
            ],
            Problems = [ProblemKinds.RunNotFound, ProblemKinds.RunNotEnded, ProblemKinds.ClaimHeld],
        },
        new()
        {
            Function = "GetSnapshot",
            Summary = "Read the latest stored snapshot",
            Parameters = [IfNoneMatch()],
            Responses = [new(200, "The snapshot.", typeof(SnapshotResource), Json, ETagHeader), NotModified],
            Problems = [ProblemKinds.RunNotFound, ProblemKinds.SnapshotNotFound],
        },
        new()
        {
            Function = "ListSnapshots",
            Summary = "List stored snapshots, newest first",
            Parameters =
            [
                Query("before", "Only snapshots with a lower number.", Count()),
                Query("limit", "Elements of a page.", Number(1, 100, 20)),
            ],
            Responses = [new(200, "A page.", typeof(PagedList<SnapshotResource>), Json)],
            Problems = [ProblemKinds.RunNotFound],
        },
        new()
        {
            Function = "ListEvents",
            Summary = "Read events after a cursor",
            Description = "Every line of the log from the run's base line, once and in order. With waitSeconds the answer waits for the next event. "
                + "Asked for as text/event-stream it is a stream that closes after about 200 seconds; its ids are cursors and it resumes from Last-Event-ID. "
                + "A stream of a run that has ended sends the event \"end\"; resumed after that it answers 204.",
            Parameters =
            [
                Query("after", "A cursor of an earlier answer; without it the first event is the first of the run.", Text(256)),
                Query("limit", "Elements of a page.", Number(1, 500, 100)),
                Query("waitSeconds", "How long to wait for an event if there is none.", Number(0, 30, 0)),
                Header("Last-Event-ID", "Of a stream: the last id received. Goes before after.", Text(256)),
            ],
            Responses =
            [
                new(200, "A page.", typeof(EventList), Json),
                new(200, "A stream; the data of each message is one event.", typeof(EventResource), EventStreamResult.ContentType),
                new(204, "Of a stream: the run has ended and there is nothing more."),
            ],
            Problems = [ProblemKinds.RunNotFound, ProblemKinds.MalformedCursor, ProblemKinds.CursorGone, ProblemKinds.TooManyWaiters],
        },
        new()
        {
            Function = "ListTransitions",
            Summary = "List the lifecycle steps of a run, in order",
            Parameters =
            [
                Query("after", "Only steps with a higher number.", Count()),
                Query("limit", "Elements of a page.", Number(1, 500, 100)),
            ],
            Responses = [new(200, "A page.", typeof(PagedList<Transition>), Json)],
            Problems = [ProblemKinds.RunNotFound],
        },
        new()
        {
            Function = "ListEscalations",
            Summary = "List the escalations of a run, in order",
            Parameters =
            [
                Query("after", "Only escalations with a higher number.", Count()),
                Query("limit", "Elements of a page.", Number(1, 500, 100)),
            ],
            Responses = [new(200, "A page.", typeof(PagedList<EscalationResource>), Json)],
            Problems = [ProblemKinds.RunNotFound],
        },
        .. EscalationOperations.All,
        new()
        {
            Function = "AskIntent",
            Summary = "Ask something of a run",
            Description = "Pause, resume, cancel, approve, reject, relaunch, force_cancel or declare_lost. The answer says that it is accepted, not that it happened: follow the "
                + "intent until it is final. `confirmed` means that its effect was seen. What the state of the run does not allow is refused, with what it does allow.",
            Parameters =
            [
                Header(
                    IdempotencyKeys.Header,
                    "Repeat a request with the same key and body, and the same intent is answered again, as it then stands. Keys belong to one run.",
                    Text(RunIds.MaximumKeyLength)),
                Header("If-Match", "ETag of the run as the caller saw it; the request is refused if the run has changed since.", new JsonObject { ["type"] = "string" }),
                Actor(),
            ],
            Request = typeof(AskIntentRequest),
            Responses =
            [
                new(202, "The intent is accepted, or was before.", typeof(IntentResource), Json, new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["Location"] = "Address of the intent.",
                    [IntentsFunctions.OperationLocationHeader] = "The same, for clients that follow operations.",
                    ["Retry-After"] = "Seconds after which reading it is worthwhile.",
                    [IdempotencyKeys.ReplayedHeader] = "true if the intent was accepted by an earlier request.",
                }),
            ],
            Problems =
            [
                ProblemKinds.MalformedJson,
                ProblemKinds.MissingField,
                ProblemKinds.InvalidIdempotencyKey,
                ProblemKinds.RunNotFound,
                ProblemKinds.RunEnded,
                ProblemKinds.NothingLeft,
                ProblemKinds.AlreadyRequested,
                ProblemKinds.CancelInProgress,
                ProblemKinds.DecisionInProgress,
                ProblemKinds.NotSupportedByEndpoint,
                ProblemKinds.NotObservedYet,
                ProblemKinds.NotAttachedYet,
                ProblemKinds.StartInProgress,
                ProblemKinds.NotActiveOnEndpoint,
                ProblemKinds.ObserveOnly,
                ProblemKinds.AlreadyPaused,
                ProblemKinds.NotPaused,
                ProblemKinds.Paused,
                ProblemKinds.NoCandidate,
                ProblemKinds.CandidateMismatch,
                ProblemKinds.NoDecisionTaken,
                ProblemKinds.CancelFirst,
                ProblemKinds.GracePeriod,
                ProblemKinds.AdapterAnswers,
                ProblemKinds.PreconditionFailed,
                ProblemKinds.BodyTooLarge,
                ProblemKinds.UnsupportedMediaType,
                ProblemKinds.IdempotencyKeyReused,
                ProblemKinds.TooManyOpenIntents,
            ],
        },
        new()
        {
            Function = "ListIntents",
            Summary = "List what was asked of a run, in order",
            Parameters =
            [
                Query("after", "Only intents with a higher number.", Count()),
                Query("limit", "Elements of a page.", Number(1, PageReader.MaximumLimit, PageReader.DefaultLimit)),
            ],
            Responses = [new(200, "A page.", typeof(PagedList<IntentResource>), Json)],
            Problems = [ProblemKinds.RunNotFound],
        },
        new()
        {
            Function = "GetIntent",
            Summary = "Read an intent",
            Responses = [new(200, "The intent.", typeof(IntentResource), Json)],
            Problems = [ProblemKinds.RunNotFound, ProblemKinds.IntentNotFound],
        },
        new()
        {
            Function = "ListAudit",
            Summary = "Read the audit trail of a run, by time",
            Description = "Who did what, when, why, and did it happen: every `transition`, every step of every `intent`, each `escalation`, `policy_change` and `engine_replaced`, "
                + "and what came that nobody could read, `rejected_event`. "
                + "An intent that is open gains further entries later; `result` is how it stands now.",
            Parameters =
            [
                Query("after", "Where a page begins. Opaque: follow nextLink.", Text(256)),
                Query("limit", "Elements of a page.", Number(1, PageReader.MaximumLimit, PageReader.DefaultLimit)),
            ],
            Responses = [new(200, "A page.", typeof(PagedList<AuditEntry>), Json)],
            Problems = [ProblemKinds.RunNotFound],
        },
        new()
        {
            Function = "GetDiagnostics",
            Summary = "Read what the sprite showed of each attempt",
            Description = "Ends of the output and of the role's log, processes and artifacts, redacted and bounded. Kept when a run ends, when it begins to wait for a decision and before each relaunch; what could not "
                + "be had says why. An endpoint that offers no diagnostics has unsupported ones: the links lead to what stands in for them.",
            Parameters =
            [
                Query(
                    "refresh",
                    "Ask the sprite now as well. The answer is the first element, with the cause request, and is not kept.",
                    new JsonObject { ["type"] = "boolean", ["default"] = false }),
                Query("before", "Only attempts with a lower number.", Count()),
                Query("limit", "Attempts of a page.", Number(1, 50, 10)),
            ],
            Responses = [new(200, "A page, newest attempt first.", typeof(DiagnosticsResource), Json)],
            Problems = [ProblemKinds.RunNotFound],
        },
        new()
        {
            Function = "NudgeRun",
            Summary = "Poll a run now",
            Description = "Nudges of a run are joined to one a second. The answer says nothing about the run, so that a key for this function opens nothing else.",
            Responses = [new(202, "Noted.")],
            Problems = [ProblemKinds.RunNotFound],
        },
        new()
        {
            Function = "GetFleet",
            Summary = "All live runs at a glance",
            Responses = [new(200, "The fleet.", typeof(FleetResource), Json)],
        },
        new()
        {
            Function = "RebuildIndex",
            Summary = "Make the list of runs anew",
            Description = "Needs the master key. Reads every run and repairs the list, the rows of live runs and the claims of sprites. It may take longer than an answer "
                + "may: it goes on without its caller, and repeating it does no harm.",
            Responses = [new(200, "Done.", typeof(IndexRebuildResource), Json)],
        },
        new()
        {
            Function = "GetOpenApi",
            Summary = "This description",
            UsesStore = false,
            Responses = [new(200, "An OpenAPI 3.1 document.", null, Json)],
        },
        new()
        {
            Function = "GetContractSchema",
            Summary = "Read a JSON Schema of the v1 contract with adapters",
            UsesStore = false,
            Responses = [new(200, "A JSON Schema (2020-12).", null, "application/schema+json")],
            Problems = [ProblemKinds.SchemaNotFound],
        },
    ];

    internal static ApiParameter Query(string name, string description, JsonObject schema) => new(name, "query", description, schema);

    private static ApiParameter Header(string name, string description, JsonObject schema) => new(name, "header", description, schema);

    internal static ApiParameter Actor() => Header(
        Callers.Header, "Who asks, for the audit trail; printable ASCII. Not checked, and not to be one of the manager's own names.", Text(Callers.MaximumLength));

    private static ApiParameter IfNoneMatch() => Header("If-None-Match", "ETag of what the caller has.", new JsonObject { ["type"] = "string" });

    private static JsonObject Text(int maximumLength) => new() { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = maximumLength };

    private static JsonObject Count() => new() { ["type"] = "integer", ["minimum"] = 0 };

    private static JsonObject Number(int minimum, int maximum, int @default) =>
        new() { ["type"] = "integer", ["minimum"] = minimum, ["maximum"] = maximum, ["default"] = @default };

    private static JsonObject Words<T>()
        where T : struct, Enum =>
        new() { ["type"] = "string", ["enum"] = new JsonArray([.. Enum.GetValues<T>().Select(value => (JsonNode)QueryReader.WordOf(value))]) };
}
