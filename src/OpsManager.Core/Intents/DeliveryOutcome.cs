using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Intents;

/// <summary>What became of sending an intent.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<DeliveryOutcome>))]
public enum DeliveryOutcome
{
    /// <summary>The adapter carried it out.</summary>
    Done,

    /// <summary>The adapter carried it out and could not prove it in time; reading tells.</summary>
    Unproven,

    /// <summary>The adapter refused it, or it can never be sent. It had no effect.</summary>
    Refused,

    /// <summary>Nobody knows whether it arrived: reading tells, and then it is sent again.</summary>
    Unknown,
}
