using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsFunctions.Activities.Polling;

/// <summary>What is to be done with the outcome of a cycle.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<PollOutcomeKind>))]
public enum PollOutcomeKind
{
    /// <summary>Decide on it.</summary>
    Decide,

    /// <summary>Somebody else kept writing: poll again.</summary>
    Again,

    /// <summary>The run has ended: stop.</summary>
    Over,

    /// <summary>This is not the run's engine, or the run is gone: stop.</summary>
    Fenced,
}
