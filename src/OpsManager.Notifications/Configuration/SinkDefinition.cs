namespace OpsManager.Notifications.Configuration;

/// <summary>A sink as configured. Secrets are names only.</summary>
public sealed record SinkDefinition
{
    /// <summary>Its name, 1 to 64 lower-case letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>Its kind.</summary>
    public required SinkType Type { get; init; }

    /// <summary>Where to post to; null where a secret says it or the kind has an address of its own.</summary>
    public Uri? Url { get; init; }

    /// <summary>Name of the secret that is the address.</summary>
    public string? UrlSecret { get; init; }

    /// <summary>Name of the secret that messages are signed with.</summary>
    public string? SigningSecret { get; init; }

    /// <summary>Name of the secret that is the integration key.</summary>
    public string? RoutingKeySecret { get; init; }
}
