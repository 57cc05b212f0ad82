using OpsManager.Core.Primitives;

namespace OpsManager.Notifications.Configuration;

/// <summary>Sinks and routes.</summary>
public sealed record NotificationConfiguration
{
    /// <summary>Nobody is told.</summary>
    public static NotificationConfiguration None { get; } = new();

    /// <summary>The sinks.</summary>
    public ValueList<SinkDefinition> Sinks { get; init; } = [];

    /// <summary>The routes, asked in order; the first that matches decides unless it says otherwise.</summary>
    public ValueList<RouteDefinition> Routes { get; init; } = [];

    /// <summary>What no route matches.</summary>
    public RouteDefinition Defaults { get; init; } = new();
}
