using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsFunctions.Api;

/// <summary>What an entry of the audit trail is about.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<AuditKind>))]
public enum AuditKind
{
    /// <summary>A step of the run's lifecycle.</summary>
    Transition,

    /// <summary>A step of something that was asked.</summary>
    Intent,

    /// <summary>Somebody was told, or told that it is over.</summary>
    Escalation,

    /// <summary>An event came that nobody could read.</summary>
    RejectedEvent,

    /// <summary>Somebody changed the run's policy.</summary>
    PolicyChange,

    /// <summary>The run's engine was replaced.</summary>
    EngineReplaced,
}
