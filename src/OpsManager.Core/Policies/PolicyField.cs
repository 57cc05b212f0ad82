using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpsManager.Core.Policies;

/// <summary>One member of a policy: its name, what it may hold, and how it is written.</summary>
public sealed partial class PolicyField
{
    private readonly Func<RunPolicy, object?> _get;
    private readonly Func<RunPolicy, object?, RunPolicy> _set;

    internal PolicyField(string name, PolicyFieldKind kind, object? minimum, object? maximum, bool isOptional, Func<RunPolicy, object?> get, Func<RunPolicy, object?, RunPolicy> set)
    {
        (Name, Kind, Minimum, Maximum, IsOptional, _get, _set) = (name, kind, minimum, maximum, isOptional, get, set);
    }

    /// <summary>Its name in JSON; a dot leads into an object.</summary>
    public string Name { get; }

    /// <summary>What it holds.</summary>
    public PolicyFieldKind Kind { get; }

    /// <summary>The least value: a <see cref="TimeSpan"/> or an <see cref="int"/>; null where none applies.</summary>
    public object? Minimum { get; }

    /// <summary>The largest value.</summary>
    public object? Maximum { get; }

    /// <summary>Whether null is a value, which means no limit.</summary>
    public bool IsOptional { get; }

    /// <summary>Who may set it.</summary>
    public PolicyFieldScope Scope { get; internal init; }

    /// <summary>What a valid value looks like, as a sentence.</summary>
    public string Rule => Kind switch
    {
        PolicyFieldKind.Duration => $"A duration as hh:mm:ss or d.hh:mm:ss, {Format(Minimum)} to {Format(Maximum)}{OrNull}.",
        PolicyFieldKind.Count => $"A whole number, {Format(Minimum)} to {Format(Maximum)}{OrNull}.",
        PolicyFieldKind.Action => "escalate, pause or cancel.",
        _ => string.Create(CultureInfo.InvariantCulture, $"A time with its offset (ISO 8601) that is to come, at most {PolicyFields.LongestMute.TotalDays:0} days ahead{OrNull}."),
    };

    private string OrNull => IsOptional ? ", or null for none" : string.Empty;

    /// <summary>The value in a policy; null for none.</summary>
    public object? Get(RunPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return _get(policy);
    }

    /// <summary>The value in a policy as it is written; null for none.</summary>
    public string? GetText(RunPolicy policy) => Get(policy) is { } value ? Format(value) : null;

    internal RunPolicy Set(RunPolicy policy, object? value) => _set(policy, value);

    /// <summary>Reads a value that is not null; null if it is not valid.</summary>
    internal object? Read(JsonElement element, DateTimeOffset now) => Kind switch
    {
        PolicyFieldKind.Duration => ReadDuration(element) is { } time && time >= (TimeSpan)Minimum! && time <= (TimeSpan)Maximum! ? time : null,
        PolicyFieldKind.Count => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var count) && count >= (int)Minimum! && count <= (int)Maximum! ? count : null,
        PolicyFieldKind.Action => ReadAction(element),
        _ => ReadTime(element) is { } at && at > now && at <= now + PolicyFields.LongestMute ? at : null,
    };

    /// <summary>Reads a point in time, whatever it is; null if it is none.</summary>
    internal static DateTimeOffset? ReadTime(JsonElement element) =>
        element.ValueKind == JsonValueKind.String
        && TimePattern().IsMatch(element.GetString()!)
        && DateTimeOffset.TryParse(element.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;

    private static TimeSpan? ReadDuration(JsonElement element) =>
        element.ValueKind == JsonValueKind.String
        && DurationPattern().IsMatch(element.GetString()!)
        && TimeSpan.TryParseExact(element.GetString(), "c", CultureInfo.InvariantCulture, out var time)
            ? time
            : null;

    private static object? ReadAction(JsonElement element) => (element.ValueKind == JsonValueKind.String ? element.GetString() : null) switch
    {
        "escalate" => PolicyAction.Escalate,
        "pause" => PolicyAction.Pause,
        "cancel" => PolicyAction.Cancel,
        _ => null,
    };

    private static string Format(object? value) => value switch
    {
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
        PolicyAction action => JsonNamingPolicy.SnakeCaseLower.ConvertName(action.ToString()),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => string.Empty,
    };

    [GeneratedRegex(@"^([0-9]{1,5}\.)?[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex DurationPattern();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,7})?)?(Z|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TimePattern();
}
