using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsFunctions.Activities;

/// <summary>What became of a decision to be stored.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ApplyOutcomeKind>))]
public enum ApplyOutcomeKind
{
    /// <summary>It is stored, now or by an earlier run of the same activity.</summary>
    Applied,

    /// <summary>The run changed since: decide again.</summary>
    Stale,

    /// <summary>This is not the run's engine any more: stop.</summary>
    Fenced,
}
