using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Escalations;

/// <summary>What an escalation is about. A closed set, derived from the reason code.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<EscalationCategory>))]
public enum EscalationCategory
{
    /// <summary>The adapter cannot be reached or refuses the manager.</summary>
    Transport,

    /// <summary>The runtime: it stalls, circles, contradicts itself, or left something behind.</summary>
    Runtime,

    /// <summary>A deadline or a limit of the run's policy.</summary>
    Policy,

    /// <summary>Something an operator asked for did not happen, or happened without this manager.</summary>
    Control,

    /// <summary>The orchestration that drives the run.</summary>
    Engine,

    /// <summary>What the adapter says does not keep the contract.</summary>
    Contract,

    /// <summary>The manager itself, or many runs at once.</summary>
    Fleet,
}
