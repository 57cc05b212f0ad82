using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Alerts;

/// <summary>Where an alert stands.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<AlertStatus>))]
public enum AlertStatus
{
    /// <summary>Somebody should look.</summary>
    Open,

    /// <summary>Somebody does.</summary>
    Acknowledged,

    /// <summary>It is over.</summary>
    Resolved,
}
