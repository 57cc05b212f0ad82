using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Runs;

/// <summary>How a Loop Run comes by its runtime process.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<LaunchKind>))]
public enum LaunchKind
{
    /// <summary>Adopt the newest runtime run of the loop, or the next one if there is none.</summary>
    Attach,

    /// <summary>Launch a new runtime process; only what is logged after the launch belongs to the run.</summary>
    Start,
}
