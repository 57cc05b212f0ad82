using System.Globalization;
using System.Text.Json;
using OpsFunctions.Api;
using OpsFunctions.Problems;
using OpsManager.Core.Intents;
using static OpsFunctions.Http.BodyFields;

namespace OpsFunctions.Http;

/// <summary>Reads an <see cref="AskIntentRequest"/> strictly, naming every member that is wrong.</summary>
public static class IntentReader
{
    private const int MaximumRuntimeRunId = 128;

    private static readonly string[] Members = ["verb", "note", "candidate"];
    private static readonly string[] CandidateMembers = ["runtimeRunId", "iteration", "requestedAt"];

    /// <summary>The request, or what is wrong with it.</summary>
    public static (AskIntentRequest? Request, ApiProblem? Problem) Read(JsonElement body)
    {
        var errors = new List<FieldError>();
        RefuseUnknown(body, string.Empty, Members, errors);
        var verb = ReadVerb(body, errors);
        var note = ReadNote(body, errors);
        var candidate = ReadCandidate(body, errors);
        if (candidate is not null && verb is { } given && !given.Decides())
        {
            errors.Add(Invalid("candidate", "Only approve and reject are about a candidate.", "Leave it out."));
        }

        return errors.Count > 0
            ? (null, ApiProblem.Of(errors))
            : (new AskIntentRequest { Verb = verb!.Value, Note = note, Candidate = candidate }, null);
    }

    private static IntentVerb? ReadVerb(JsonElement body, List<FieldError> errors)
    {
        var fix = $"One of {string.Join(", ", Enum.GetValues<IntentVerb>().Select(static verb => verb.Word()))}.";
        if (Find(body, "verb") is not { } element)
        {
            errors.Add(Missing("verb", fix));
            return null;
        }

        foreach (var verb in Enum.GetValues<IntentVerb>())
        {
            if (element.ValueKind == JsonValueKind.String && element.ValueEquals(verb.Word()))
            {
                return verb;
            }
        }

        errors.Add(Invalid("verb", "This word is not known.", fix));
        return null;
    }

    private static Candidate? ReadCandidate(JsonElement body, List<FieldError> errors)
    {
        if (Find(body, "candidate") is not { } element)
        {
            return null;
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(Invalid("candidate", "It is no object.", "An object with runtimeRunId and iteration, as the run shows its candidate."));
            return null;
        }

        RefuseUnknown(element, "candidate.", CandidateMembers, errors);
        var runtimeRunId = ReadText(element, "runtimeRunId", MaximumRuntimeRunId, errors, "candidate.");
        if (Find(element, "runtimeRunId") is null)
        {
            errors.Add(Missing("candidate.runtimeRunId", "The id of the runtime run that asks."));
        }

        var iteration = ReadIteration(element, errors);
        var requestedAt = ReadTime(element, errors);
        return runtimeRunId is null || iteration is null ? null : new Candidate(runtimeRunId, iteration.Value, requestedAt);
    }

    private static long? ReadIteration(JsonElement candidate, List<FieldError> errors)
    {
        const string field = "candidate.iteration";
        const string fix = "A whole number from 0.";
        if (Find(candidate, "iteration") is not { } element)
        {
            errors.Add(Missing(field, fix));
            return null;
        }

        if (element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var iteration) && iteration >= 0)
        {
            return iteration;
        }

        errors.Add(Invalid(field, "It is no whole number.", fix));
        return null;
    }

    private static DateTimeOffset? ReadTime(JsonElement candidate, List<FieldError> errors)
    {
        if (Find(candidate, "requestedAt") is not { } element)
        {
            return null;
        }

        if (element.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(element.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time;
        }

        errors.Add(Invalid("candidate.requestedAt", "It is no time.", "A time as of RFC 3339, as the run shows it."));
        return null;
    }
}
