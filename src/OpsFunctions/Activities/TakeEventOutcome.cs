using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsFunctions.Activities;

/// <summary>What became of an event that asks for something.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<TakeEventOutcome>))]
public enum TakeEventOutcome
{
    /// <summary>It is an intent now, possible or refused.</summary>
    Taken,

    /// <summary>Nobody could read it; that is noted.</summary>
    Rejected,

    /// <summary>There is no run to note it at.</summary>
    NoRun,
}
