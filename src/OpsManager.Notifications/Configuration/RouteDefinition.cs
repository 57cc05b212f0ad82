using OpsManager.Core.Alerts;
using OpsManager.Core.Escalations;
using OpsManager.Core.Primitives;

namespace OpsManager.Notifications.Configuration;

/// <summary>Which escalations go to which sinks. Conditions of several kinds must all hold; of several words of one kind, one must.</summary>
public sealed record RouteDefinition
{
    /// <summary>Only these categories; empty for all.</summary>
    public ValueList<EscalationCategory> Categories { get; init; } = [];

    /// <summary>Only these severities; empty for all.</summary>
    public ValueList<EscalationSeverity> Severities { get; init; } = [];

    /// <summary>Only these reason codes; empty for all.</summary>
    public ValueList<string> ReasonCodes { get; init; } = [];

    /// <summary>Only runs of these workspaces; empty for all.</summary>
    public ValueList<string> Workspaces { get; init; } = [];

    /// <summary>Only runs with one of these labels, <c>key</c> or <c>key=value</c>; empty for all.</summary>
    public ValueList<string> Labels { get; init; } = [];

    /// <summary>What is less urgent goes to none of the sinks.</summary>
    public EscalationSeverity MinimumSeverity { get; init; } = EscalationSeverity.Info;

    /// <summary>Names of sinks; empty drops what matches.</summary>
    public ValueList<string> Sinks { get; init; } = [];

    /// <summary>Whether the routes after this one are asked as well.</summary>
    public bool Continue { get; init; }

    /// <summary>Whether the route decides about an alert.</summary>
    public bool Matches(Alert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return (Categories.Count == 0 || Categories.Contains(alert.Category))
            && (Severities.Count == 0 || Severities.Contains(alert.Severity))
            && (ReasonCodes.Count == 0 || ReasonCodes.Contains(alert.Code))
            && (Workspaces.Count == 0 || (alert.Workspace is { } workspace && Workspaces.Contains(workspace)))
            && (Labels.Count == 0 || Labels.Any(label => LabelMatch.Any(alert.Labels, label)));
    }
}
