using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Escalations;

/// <summary>How urgent an escalation is.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<EscalationSeverity>))]
public enum EscalationSeverity
{
    /// <summary>For the record.</summary>
    Info,

    /// <summary>Worth a look.</summary>
    Warning,

    /// <summary>Needs somebody now.</summary>
    Critical,
}
