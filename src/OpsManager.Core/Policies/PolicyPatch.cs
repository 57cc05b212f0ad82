using System.Text.Json;

namespace OpsManager.Core.Policies;

/// <summary>
/// Applies a partial policy (RFC 7396, merge patch): what it names is changed, what it leaves out stays. Null takes a limit away
/// where there may be none, and elsewhere brings the profile's value back.
/// </summary>
public static class PolicyPatch
{
    private const int LongestName = 64;

    /// <summary>The policy with the patch in it, or everything that is wrong with the patch.</summary>
    /// <param name="current">The policy in force.</param>
    /// <param name="profile">The run's profile; null if there is none of its name any more.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="now">The time of the request, on the manager's clock.</param>
    /// <param name="otherMembers">Members of the same object that are no part of the policy.</param>
    public static PolicyPatchResult Apply(RunPolicy current, RunPolicy? profile, JsonElement patch, DateTimeOffset now, params IReadOnlyList<string> otherMembers)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(otherMembers);
        return Apply(current, profile, patch, now, otherMembers, PolicyFieldScope.Profile);
    }

    internal static PolicyPatchResult Apply(
        RunPolicy current, RunPolicy? profile, JsonElement patch, DateTimeOffset now, IReadOnlyList<string> otherMembers, PolicyFieldScope excluded)
    {
        var errors = new List<PolicyError>();
        if (patch.ValueKind != JsonValueKind.Object)
        {
            return new PolicyPatchResult(null, [new PolicyError(string.Empty, false, "It is no object.", "An object with members of a policy.")]);
        }

        var fields = PolicyFields.All.Where(field => field.Scope != excluded).ToList();
        RefuseUnknown(patch, fields, otherMembers, errors);
        var next = current;
        foreach (var field in fields)
        {
            if (Find(patch, field.Name) is not { } element)
            {
                continue;
            }

            if (element.ValueKind == JsonValueKind.Null)
            {
                if (field.IsOptional || profile is not null)
                {
                    next = field.Set(next, field.IsOptional ? null : field.Get(profile!));
                }
                else
                {
                    errors.Add(new PolicyError(field.Name, false, "The profile whose value would come back is not there.", field.Rule));
                }
            }
            else if (field.Kind == PolicyFieldKind.Time && PolicyField.ReadTime(element) is { } time && Equals(field.Get(current), time))
            {
                // Sent back as it was read, it is no wish, even where its time has passed.
                continue;
            }
            else if (field.Read(element, now) is { } value)
            {
                next = field.Set(next, value);
            }
            else
            {
                errors.Add(new PolicyError(field.Name, false, "The value is not valid.", field.Rule));
            }
        }

        if (errors.Count == 0)
        {
            CheckOrder(next, errors);
        }

        return errors.Count == 0 ? new PolicyPatchResult(next, []) : new PolicyPatchResult(null, errors);
    }

    // A member of an object that is null as a whole is null itself.
    private static JsonElement? Find(JsonElement patch, string path)
    {
        var at = patch;
        foreach (var name in path.Split('.'))
        {
            if (at.ValueKind == JsonValueKind.Null)
            {
                return at;
            }

            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at;
    }

    private static void CheckOrder(RunPolicy policy, List<PolicyError> errors)
    {
        foreach (var (degraded, critical) in PolicyFields.Ordered)
        {
            if (degraded.Get(policy) is IComparable least && critical.Get(policy) is { } value && least.CompareTo(value) > 0)
            {
                errors.Add(new PolicyError(
                    critical.Name,
                    false,
                    $"{critical.GetText(policy)} is less than {degraded.Name}, which is {degraded.GetText(policy)}.",
                    $"At least the value of {degraded.Name}; give both to lower both."));
            }
        }
    }

    private static void RefuseUnknown(JsonElement patch, List<PolicyField> fields, IReadOnlyList<string> otherMembers, List<PolicyError> errors)
    {
        var parts = fields.Select(static field => field.Name.Split('.')).ToList();
        var known = parts.Select(static part => part[0]).Concat(otherMembers).Distinct(StringComparer.Ordinal).ToList();
        foreach (var member in patch.EnumerateObject())
        {
            var inner = parts.Where(part => part.Length > 1 && part[0] == member.Name).Select(static part => part[1]).ToList();
            if (inner.Count > 0)
            {
                RefuseInner(member, inner, errors);
            }
            else if (!known.Contains(member.Name, StringComparer.Ordinal))
            {
                errors.Add(Unknown(member.Name, string.Empty, known));
            }
        }
    }

    private static void RefuseInner(JsonProperty member, List<string> inner, List<PolicyError> errors)
    {
        if (member.Value.ValueKind == JsonValueKind.Object)
        {
            errors.AddRange(member.Value.EnumerateObject()
                .Where(part => !inner.Contains(part.Name, StringComparer.Ordinal))
                .Select(part => Unknown(part.Name, member.Name + ".", inner)));
        }
        else if (member.Value.ValueKind != JsonValueKind.Null)
        {
            errors.Add(new PolicyError(member.Name, false, "It is no object.", $"An object with members of {string.Join(", ", inner)}."));
        }
    }

    private static PolicyError Unknown(string name, string path, List<string> known) => new(
        path + (name.Length > LongestName ? name[..LongestName] + "..." : name),
        true,
        "This member is not known.",
        $"Known members: {string.Join(", ", known)}.");
}
