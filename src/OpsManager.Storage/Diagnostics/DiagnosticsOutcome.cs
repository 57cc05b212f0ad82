using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsManager.Storage.Diagnostics;

/// <summary>What became of taking diagnostics.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<DiagnosticsOutcome>))]
public enum DiagnosticsOutcome
{
    /// <summary>Taken.</summary>
    Captured,

    /// <summary>The endpoint does not offer any.</summary>
    Unsupported,

    /// <summary>The endpoint was asked in vain; the failure says why.</summary>
    Failed,
}
