using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Reasons;

/// <summary>What a reason code is about.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ReasonCategory>))]
public enum ReasonCategory
{
    /// <summary>The health of the runtime.</summary>
    Health,

    /// <summary>A wait that is explained.</summary>
    Wait,

    /// <summary>Reaching the adapter.</summary>
    Transport,

    /// <summary>A policy that is broken.</summary>
    Policy,

    /// <summary>What the runtime says contradicts itself.</summary>
    Divergence,

    /// <summary>Control: intents and decisions.</summary>
    Control,

    /// <summary>What the adapter says does not keep the contract.</summary>
    Contract,

    /// <summary>The event log.</summary>
    Log,

    /// <summary>A state of the lifecycle.</summary>
    State,

    /// <summary>How a run ended.</summary>
    End,

    /// <summary>The orchestration that drives a run.</summary>
    Engine,

    /// <summary>The manager itself, or many runs at once.</summary>
    Fleet,
}
