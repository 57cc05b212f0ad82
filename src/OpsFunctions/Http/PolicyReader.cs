using System.Text;
using System.Text.Json;
using OpsFunctions.Problems;
using OpsManager.Core.Policies;

namespace OpsFunctions.Http;

/// <summary>Reads partial policies from requests.</summary>
internal static class PolicyReader
{
    /// <summary>Members of a change that are no part of the policy.</summary>
    private static readonly string[] Authorship = ["by", "note"];

    /// <summary>The policy of a new run: the profile's with what the request sets. A member that is null counts as absent.</summary>
    public static RunPolicy? ReadNew(RunPolicy profile, JsonElement overrides, List<FieldError> errors)
    {
        const string field = "policy";
        if (overrides.ValueKind == JsonValueKind.Object && overrides.TryGetProperty("muteUntil", out var mute) && mute.ValueKind != JsonValueKind.Null)
        {
            errors.Add(new FieldError($"{field}.muteUntil", ProblemKinds.InvalidField.Code, "A run that does not exist yet cannot be muted.", "Mute it with PATCH .../policy once it does."));
            return null;
        }

        // No point in time is read here, so that none is needed to compare it with.
        var result = PolicyPatch.Apply(profile, profile, overrides, DateTimeOffset.MinValue);
        errors.AddRange(result.Errors.Select(error => Of(error, error.Field.Length == 0 ? field : $"{field}.{error.Field}")));
        return result.Policy;
    }

    /// <summary>A change of a policy: what it leaves, who asks for it and why.</summary>
    public static (RunPolicy? Policy, string? By, string? Note, ApiProblem? Problem) ReadChange(RunPolicy current, RunPolicy? profile, JsonElement body, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        var by = ReadText(body, "by");
        if (by is null)
        {
            errors.Add(new FieldError("by", ProblemKinds.MissingField.Code, "It is missing.", $"Who changes the policy: a text of 1 to {PolicyChange.MaximumBy} printable characters."));
        }
        else if (by.Length is 0 or > PolicyChange.MaximumBy || by.Any(char.IsControl))
        {
            errors.Add(new FieldError("by", ProblemKinds.InvalidField.Code, "It is no text, empty, too long or has control characters.", $"A text of 1 to {PolicyChange.MaximumBy} printable characters."));
        }

        var note = ReadText(body, "note");
        if (note is not null && (note.Length == 0 || Encoding.UTF8.GetByteCount(note) > PolicyChange.MaximumNote))
        {
            errors.Add(new FieldError("note", ProblemKinds.InvalidField.Code, "It is no text, empty or too long.", $"A text of 1 to {PolicyChange.MaximumNote} bytes of UTF-8."));
        }

        var result = PolicyPatch.Apply(current, profile, body, now, Authorship);
        errors.AddRange(result.Errors.Select(error => Of(error, error.Field)));
        return errors.Count == 0 ? (result.Policy, by, note, null) : (null, null, null, ApiProblem.Of(errors));
    }

    // What is no text reads as an empty one, which is refused.
    private static string? ReadText(JsonElement body, string name) =>
        !body.TryGetProperty(name, out var element) || element.ValueKind == JsonValueKind.Null ? null
        : element.ValueKind == JsonValueKind.String ? element.GetString()
        : string.Empty;

    private static FieldError Of(PolicyError error, string field) =>
        new(field, error.IsUnknown ? ProblemKinds.UnknownField.Code : ProblemKinds.InvalidField.Code, error.Detail, error.Fix);
}
