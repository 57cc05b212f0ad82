using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsManager.Notifications.Messages;

/// <summary>What a notification says.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<NotificationKind>))]
public enum NotificationKind
{
    /// <summary>Somebody should look, or a grouped alert has grown.</summary>
    Raised,

    /// <summary>Somebody does.</summary>
    Acknowledged,

    /// <summary>It is over.</summary>
    Resolved,
}
