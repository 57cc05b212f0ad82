using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Policies;

/// <summary>What the manager does by itself when a policy is broken. It escalates in any case.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<PolicyAction>))]
public enum PolicyAction
{
    /// <summary>Tell somebody, and nothing else.</summary>
    Escalate,

    /// <summary>Pause the run.</summary>
    Pause,

    /// <summary>Cancel the run.</summary>
    Cancel,
}
