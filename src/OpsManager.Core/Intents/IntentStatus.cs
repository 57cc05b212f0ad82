using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Intents;

/// <summary>Where an intent stands. <see cref="Confirmed"/> and everything after it is final.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<IntentStatus>))]
public enum IntentStatus
{
    /// <summary>Stored; nothing was sent.</summary>
    Accepted,

    /// <summary>Being sent: stored before the request goes out, so that a lost answer is known to be one.</summary>
    Sending,

    /// <summary>The adapter took it, or needs not be asked; its effect has not been seen.</summary>
    Delivered,

    /// <summary>Its effect was seen.</summary>
    Confirmed,

    /// <summary>Not possible: the run's state, the endpoint or the adapter refused it. It had no effect.</summary>
    Refused,

    /// <summary>It was sent, and nobody knows whether it had an effect. Escalated.</summary>
    Ambiguous,

    /// <summary>It was carried out and did not have its effect.</summary>
    Failed,

    /// <summary>It could not be sent in time. It had no effect.</summary>
    Expired,

    /// <summary>Something else decided first: another intent, another person, or the end of the run.</summary>
    Superseded,
}
