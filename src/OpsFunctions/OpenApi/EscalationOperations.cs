using System.Text.Json.Nodes;
using OpsFunctions.Api;
using OpsFunctions.Problems;

namespace OpsFunctions.OpenApi;

/// <summary>The operations about escalations and silences.</summary>
internal static class EscalationOperations
{
    private const string Json = "application/json";

    private static readonly ProblemKind[] Body = [ProblemKinds.MalformedJson, ProblemKinds.MissingField, ProblemKinds.BodyTooLarge, ProblemKinds.UnsupportedMediaType];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ApiOperation> All { get; } =
    [
        new()
        {
            Function = "AcknowledgeEscalation",
            Summary = "Say that somebody takes care of an escalation",
            Description = "An acknowledged escalation is not sent again and no longer makes its run need attention by itself. The first acknowledgement stands: "
                + "a second one is answered with it and changes nothing.",
            Parameters = [ApiOperations.Actor()],
            Request = typeof(AcknowledgeRequest),
            Responses = [new(200, "The escalation.", typeof(EscalationResource), Json)],
            Problems = [.. Body, ProblemKinds.RunNotFound, ProblemKinds.EscalationNotFound],
        },
        new()
        {
            Function = "ListSilences",
            Summary = "List silences, newest first",
            Description = "Silences that ended are shown for another seven days.",
            Parameters = [ApiOperations.Query("active", "Only silences in force, or only the others.", new JsonObject { ["type"] = "boolean" })],
            Responses = [new(200, "All of them; there is no further page.", typeof(PagedList<SilenceResource>), Json)],
        },
        new()
        {
            Function = "CreateSilence",
            Summary = "For a time, send nothing about what matches",
            Description = "What a silence covers is recorded and shown as silenced. What is still open at its end is sent then. Ends are still told to who was told of the beginning. "
                + "Repeated, the request makes a second silence, which does no harm.",
            Parameters = [ApiOperations.Actor()],
            Request = typeof(CreateSilenceRequest),
            Responses =
            [
                new(201, "The silence.", typeof(SilenceResource), Json, new Dictionary<string, string>(StringComparer.Ordinal) { ["Location"] = "Address to delete it at." }),
            ],
            Problems = [.. Body, ProblemKinds.TooManySilences],
        },
        new()
        {
            Function = "DeleteSilence",
            Summary = "End a silence and forget it",
            Parameters = [ApiOperations.Actor()],
            Responses = [new(204, "It is gone; what it covered and is still open is sent.")],
            Problems = [ProblemKinds.SilenceNotFound],
        },
    ];
}
