using System.Text.Json;
using System.Text.RegularExpressions;
using OpsManager.Notifications.Sinks;
using static OpsManager.Notifications.Configuration.StrictMembers;

namespace OpsManager.Notifications.Configuration;

/// <summary>Reads a sink.</summary>
internal static partial class SinkReader
{
    private static readonly Dictionary<string, SinkType> Types = new(StringComparer.Ordinal)
    {
        ["webhook"] = SinkType.Webhook,
        ["slack"] = SinkType.Slack,
        ["pagerduty"] = SinkType.PagerDuty,
    };

    /// <summary>The sink; null if it is wrong.</summary>
    public static SinkDefinition? Read(JsonElement element, string path, List<string> errors)
    {
        if (!IsObject(element, path, errors))
        {
            return null;
        }

        var before = errors.Count;
        var name = Text(element, "name", path + ".", required: true, errors);
        if (name is not null && !SinkName().IsMatch(name))
        {
            errors.Add($"{path}.name: a name has 1 to 64 lower-case letters, digits and hyphens, a letter or digit first.");
        }

        var word = Text(element, "type", path + ".", required: true, errors);
        if (word is null)
        {
            return null;
        }

        if (!Types.TryGetValue(word, out var type))
        {
            errors.Add($"{path}.type: '{word}' is no kind of sink; write one of {string.Join(", ", Types.Keys)}.");
            return null;
        }

        var result = type switch
        {
            SinkType.Webhook => ReadWebhook(element, path, errors),
            SinkType.Slack => ReadSlack(element, path, errors),
            _ => ReadPagerDuty(element, path, errors),
        };
        return errors.Count == before ? result with { Name = name!, Type = type } : null;
    }

    private static SinkDefinition ReadWebhook(JsonElement element, string path, List<string> errors)
    {
        Known(element, path + ".", ["name", "type", "url", "urlSecret", "signingSecret"], errors);
        var url = Address(element, path, errors);
        var urlSecret = SecretName(element, "urlSecret", path, required: false, errors);
        if (element.TryGetProperty("url", out _) == element.TryGetProperty("urlSecret", out _))
        {
            errors.Add($"{path}: a webhook has either url, or urlSecret if the address itself is secret.");
        }

        return new SinkDefinition
        {
            Name = string.Empty,
            Type = SinkType.Webhook,
            Url = url,
            UrlSecret = urlSecret,
            SigningSecret = SecretName(element, "signingSecret", path, required: true, errors),
        };
    }

    private static SinkDefinition ReadSlack(JsonElement element, string path, List<string> errors)
    {
        if (element.TryGetProperty("url", out _))
        {
            errors.Add($"{path}.url: the address of a Slack webhook is a secret; put it into a setting {SinkSecrets.Section}:<name> and write that name as urlSecret.");
        }

        Known(element, path + ".", ["name", "type", "url", "urlSecret"], errors);
        return new SinkDefinition { Name = string.Empty, Type = SinkType.Slack, UrlSecret = SecretName(element, "urlSecret", path, required: true, errors) };
    }

    private static SinkDefinition ReadPagerDuty(JsonElement element, string path, List<string> errors)
    {
        if (element.TryGetProperty("routingKey", out _))
        {
            errors.Add($"{path}.routingKey: the key is a secret; put it into a setting {SinkSecrets.Section}:<name> and write that name as routingKeySecret.");
        }

        Known(element, path + ".", ["name", "type", "url", "routingKey", "routingKeySecret"], errors);
        return new SinkDefinition
        {
            Name = string.Empty,
            Type = SinkType.PagerDuty,
            Url = element.TryGetProperty("url", out _) ? Address(element, path, errors) : null,
            RoutingKeySecret = SecretName(element, "routingKeySecret", path, required: true, errors),
        };
    }

    private static Uri? Address(JsonElement element, string path, List<string> errors)
    {
        if (!element.TryGetProperty("url", out _) || Text(element, "url", path + ".", required: true, errors) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp))
        {
            return address;
        }

        errors.Add($"{path}.url: it is no address; write https://host[:port]/path.");
        return null;
    }

    private static string? SecretName(JsonElement element, string name, string path, bool required, List<string> errors)
    {
        if (!required && !element.TryGetProperty(name, out _))
        {
            return null;
        }

        if (Text(element, name, path + ".", required, errors) is not { } secret)
        {
            return null;
        }

        if (SinkSecrets.IsName(secret))
        {
            return secret;
        }

        // Not repeated in the message: somebody may have put the secret itself here.
        errors.Add($"{path}.{name}: it must be the name of a setting below {SinkSecrets.Section}, not the secret itself: {SinkSecrets.NameRule}.");
        return null;
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,63}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SinkName();
}
