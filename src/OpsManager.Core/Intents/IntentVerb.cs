using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Intents;

/// <summary>What may be asked of a run. A closed set, end to end: what is not here reaches no adapter.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<IntentVerb>))]
public enum IntentVerb
{
    /// <summary>Stop the leader; the role in flight ends by itself. Without a process: launch nothing.</summary>
    Pause,

    /// <summary>Let the leader go on, and launches again.</summary>
    Resume,

    /// <summary>End the run: its leader is told to end, what does not follow is killed within the adapter's bounds.</summary>
    Cancel,

    /// <summary>Decide for the candidate.</summary>
    Approve,

    /// <summary>Decide against the candidate.</summary>
    Reject,

    /// <summary>Launch the runtime again, so that it takes up a decision.</summary>
    Relaunch,

    /// <summary>Kill every process of the run: after a cancel and its grace, or to reap what an ended run left behind.</summary>
    ForceCancel,

    /// <summary>Declare that the sprite is gone for good: the run ends <c>lost</c>. Only while its adapter cannot be reached; nothing is sent.</summary>
    DeclareLost,
}
