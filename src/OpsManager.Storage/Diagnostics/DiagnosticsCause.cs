using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsManager.Storage.Diagnostics;

/// <summary>Why diagnostics were taken.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<DiagnosticsCause>))]
public enum DiagnosticsCause
{
    /// <summary>The run ended.</summary>
    End,

    /// <summary>The next attempt was about to be launched, which overwrites what the last one left.</summary>
    Relaunch,

    /// <summary>Somebody asked. Never stored.</summary>
    Request,

    /// <summary>The attempt ended with a candidate; who launches the next one, and when, is not known.</summary>
    AwaitingApproval,
}
