using System.Text.Json;
using OpsFunctions.Problems;
using OpsManager.Core.Policies;

namespace OpsFunctions.Http;

/// <summary>Reads partial policies from requests.</summary>
internal static class PolicyReader
{
    /// <summary>Members of a change that are no part of the policy.</summary>
    private static readonly string[] Authorship = ["note"];

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

    /// <summary>A change of a policy: what it leaves, and why it is asked for.</summary>
    public static (RunPolicy? Policy, string? Note, ApiProblem? Problem) ReadChange(RunPolicy current, RunPolicy? profile, JsonElement body, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        var note = BodyFields.ReadNote(body, errors);
        var result = PolicyPatch.Apply(current, profile, body, now, Authorship);
        errors.AddRange(result.Errors.Select(error => Of(error, error.Field)));
        return errors.Count == 0 ? (result.Policy, note, null) : (null, null, ApiProblem.Of(errors));
    }

    private static FieldError Of(PolicyError error, string field) =>
        new(field, error.IsUnknown ? ProblemKinds.UnknownField.Code : ProblemKinds.InvalidField.Code, error.Detail, error.Fix);
}
