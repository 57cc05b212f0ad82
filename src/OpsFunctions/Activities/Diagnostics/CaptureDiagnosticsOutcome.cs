using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsFunctions.Activities.Diagnostics;

/// <summary>What became of diagnostics to be taken. None of it is a reason to stop.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<CaptureDiagnosticsOutcome>))]
public enum CaptureDiagnosticsOutcome
{
    /// <summary>What could be had is stored, or why nothing ever can be.</summary>
    Stored,

    /// <summary>Nothing could be had, and why is stored; the endpoint may answer yet.</summary>
    Failed,

    /// <summary>They were stored before.</summary>
    Known,

    /// <summary>There was nothing to do: the run has not ended, is not there or has another engine.</summary>
    Skipped,

    /// <summary>Nothing is stored: the store was away, or something of ours is broken.</summary>
    Lost,
}
