using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Runs;

/// <summary>Why an attempt exists.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<AttemptCause>))]
public enum AttemptCause
{
    /// <summary>The run adopted it.</summary>
    Attach,

    /// <summary>The run launched it.</summary>
    Start,

    /// <summary>A decision on a candidate needed another process.</summary>
    Decision,
}
