using System.Globalization;
using System.Text.Json;
using OpsFunctions.Api;
using OpsFunctions.Problems;
using OpsManager.Core.Alerts;
using OpsManager.Core.Escalations;
using OpsManager.Core.Runs;
using static OpsFunctions.Http.BodyFields;

namespace OpsFunctions.Http;

/// <summary>Reads a <see cref="CreateSilenceRequest"/> strictly, naming every member that is wrong.</summary>
/// <param name="time">Clock.</param>
public sealed class SilenceReader(TimeProvider time)
{
    private const int MaximumComment = 1024;
    private const int MaximumCode = 128;
    private const int MaximumWorkspace = 128;
    private const int MaximumLabel = 320;

    private static readonly string[] Members = ["comment", "expiresAt", "runId", "reasonCode", "category", "workspace", "label"];

    /// <summary>The request, or what is wrong with it.</summary>
    public (CreateSilenceRequest? Request, ApiProblem? Problem) Read(JsonElement body)
    {
        var errors = new List<FieldError>();
        RefuseUnknown(body, string.Empty, Members, errors);
        var request = new CreateSilenceRequest
        {
            Comment = RequireText(body, "comment", MaximumComment, errors) ?? string.Empty,
            ExpiresAt = ReadExpiry(body, errors),
            RunId = ReadRunId(body, errors),
            ReasonCode = ReadText(body, "reasonCode", MaximumCode, errors),
            Category = ReadCategory(body, errors),
            Workspace = ReadText(body, "workspace", MaximumWorkspace, errors),
            Label = ReadText(body, "label", MaximumLabel, errors),
        };

        // One without any condition would hide everything, and nobody would be told of that either.
        if (errors.Count == 0 && request is { RunId: null, ReasonCode: null, Category: null, Workspace: null, Label: null })
        {
            errors.Add(new FieldError(
                "runId", ProblemKinds.MissingField.Code, "There is no condition: the silence would cover everything.", "Give at least one of runId, reasonCode, category, workspace, label."));
        }

        return errors.Count == 0 ? (request, null) : (null, ApiProblem.Of(errors));
    }

    private DateTimeOffset ReadExpiry(JsonElement body, List<FieldError> errors)
    {
        var now = time.GetUtcNow();
        var fix = $"A time in UTC such as {now.AddHours(2):yyyy-MM-dd'T'HH:mm:ss'Z'}: in the future, and at most {Silence.Longest.TotalDays:0} days from now.";
        if (!body.TryGetProperty("expiresAt", out var element) || element.ValueKind == JsonValueKind.Null)
        {
            errors.Add(new FieldError("expiresAt", ProblemKinds.MissingField.Code, "It is missing: every silence ends.", fix));
            return default;
        }

        if (element.ValueKind != JsonValueKind.String
            || !DateTimeOffset.TryParse(element.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var expiry)
            || expiry <= now
            || expiry - now > Silence.Longest)
        {
            errors.Add(new FieldError("expiresAt", ProblemKinds.InvalidField.Code, "It is no time within the bounds.", fix));
            return default;
        }

        return expiry;
    }

    private static RunId? ReadRunId(JsonElement body, List<FieldError> errors)
    {
        if (!body.TryGetProperty("runId", out var element) || element.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (element.ValueKind == JsonValueKind.String && RunId.TryParse(element.GetString(), out var runId))
        {
            return runId;
        }

        errors.Add(new FieldError("runId", ProblemKinds.InvalidField.Code, "It is not valid.", RunId.Rule + "."));
        return null;
    }

    private static EscalationCategory? ReadCategory(JsonElement body, List<FieldError> errors)
    {
        if (!body.TryGetProperty("category", out var element) || element.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        foreach (var category in Enum.GetValues<EscalationCategory>())
        {
            if (element.ValueKind == JsonValueKind.String && element.GetString() == QueryReader.WordOf(category))
            {
                return category;
            }
        }

        errors.Add(new FieldError(
            "category", ProblemKinds.InvalidField.Code, "This word is not known.", $"One of {string.Join(", ", Enum.GetValues<EscalationCategory>().Select(QueryReader.WordOf))}."));
        return null;
    }
}
