using System.Text.Json;

namespace OpsManager.Core.Policies;

/// <summary>Named sets of thresholds, read from a versioned document.</summary>
public sealed class ProfileSet
{
    /// <summary>The version of the document that is read.</summary>
    public const int SchemaVersion = 1;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    // What every valid profile overwrites: a profile names each member.
    private static readonly RunPolicy Blank = new()
    {
        StartDeadline = TimeSpan.Zero,
        StallDegraded = TimeSpan.Zero,
        StallCritical = TimeSpan.Zero,
        TransportDegradedStreak = 0,
        TransportCriticalStreak = 0,
        TransportMinimum = TimeSpan.Zero,
        ApprovalReminder = TimeSpan.Zero,
        EndSettle = TimeSpan.Zero,
        ClockSkewLimit = TimeSpan.Zero,
        Poll = new PollIntervals(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero),
    };

    private readonly Dictionary<string, RunPolicy> _byName;

    private ProfileSet(string @default, Dictionary<string, RunPolicy> byName) => (Default, _byName) = (@default, byName);

    /// <summary>The profile a run has when it names none.</summary>
    public string Default { get; }

    /// <summary>Names of all profiles.</summary>
    public IReadOnlyCollection<string> Names => _byName.Keys;

    /// <summary>The profile of that name, or null.</summary>
    public RunPolicy? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads a document.</summary>
    /// <param name="json">Its text.</param>
    /// <exception cref="ProfilesFormatException">Something is wrong with it; the message names every profile, field and fix.</exception>
    public static ProfileSet Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, Strict);
        }
        catch (JsonException error)
        {
            throw new ProfilesFormatException($"It is no JSON document: {error.Message}", error);
        }

        using (document)
        {
            return Read(document.RootElement);
        }
    }

    private static ProfileSet Read(JsonElement root)
    {
        var errors = new List<string>();
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new ProfilesFormatException("It is no JSON object; it has the members schemaVersion, default and profiles.");
        }

        if (!root.TryGetProperty("schemaVersion", out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != SchemaVersion)
        {
            throw new ProfilesFormatException($"schemaVersion: this program reads version {SchemaVersion}; write \"schemaVersion\": {SchemaVersion}.");
        }

        errors.AddRange(root.EnumerateObject()
            .Where(static member => member.Name is not ("schemaVersion" or "default" or "profiles"))
            .Select(static member => $"{member.Name}: this member is not known; known are schemaVersion, default and profiles."));
        var profiles = ReadProfiles(root, errors);
        var name = root.TryGetProperty("default", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : string.Empty;
        if (profiles.Count > 0 && !profiles.ContainsKey(name))
        {
            errors.Add($"default: it names no profile of the document; name one of {string.Join(", ", profiles.Keys)}.");
        }

        return errors.Count == 0 ? new ProfileSet(name, profiles) : throw new ProfilesFormatException(string.Join(Environment.NewLine, errors));
    }

    private static Dictionary<string, RunPolicy> ReadProfiles(JsonElement root, List<string> errors)
    {
        var profiles = new Dictionary<string, RunPolicy>(StringComparer.Ordinal);
        if (!root.TryGetProperty("profiles", out var all) || all.ValueKind != JsonValueKind.Object || !all.EnumerateObject().Any())
        {
            errors.Add("profiles: there is none; give an object whose members are profiles.");
            return profiles;
        }

        foreach (var profile in all.EnumerateObject())
        {
            if (profile.Name.Length is 0 or > 64 || profile.Name.Any(static c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')))
            {
                errors.Add($"profile {profile.Name}: the name is not valid; 1 to 64 letters, digits, underscores and hyphens.");
            }

            var (policy, wrong) = PolicyPatch.Apply(Blank, Blank, profile.Value, DateTimeOffset.MinValue, [], PolicyFieldScope.Run);
            errors.AddRange(wrong.Select(error => $"profile {profile.Name}, {error.Field}: {error.Detail} {error.Fix}"));
            errors.AddRange(Missing(profile.Value).Select(field => $"profile {profile.Name}, {field.Name}: it is missing. {field.Rule}"));
            profiles[profile.Name] = policy ?? Blank;
        }

        return profiles;
    }

    // Only actions may be left out: a profile that says nothing of them does nothing by itself.
    private static IEnumerable<PolicyField> Missing(JsonElement profile) => PolicyFields.All.Where(field =>
        field.Scope != PolicyFieldScope.Run
        && field.Kind != PolicyFieldKind.Action
        && profile.ValueKind == JsonValueKind.Object
        && (!TryFind(profile, field.Name, out var value) || (value.ValueKind == JsonValueKind.Null && !field.IsOptional)));

    private static bool TryFind(JsonElement profile, string path, out JsonElement value)
    {
        value = profile;
        foreach (var name in path.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
            {
                return false;
            }
        }

        return true;
    }
}
