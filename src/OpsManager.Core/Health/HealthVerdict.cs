using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Health;

/// <summary>The verdict on a run's health.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<HealthVerdict>))]
public enum HealthVerdict
{
    /// <summary>Nothing to do.</summary>
    Healthy,

    /// <summary>Worth a look.</summary>
    Degraded,

    /// <summary>Needs somebody now.</summary>
    Critical,
}
