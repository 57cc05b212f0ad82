using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Lifecycle;

/// <summary>The outer lifecycle of a Loop Run.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<LifecycleState>))]
public enum LifecycleState
{
    /// <summary>Accepted; no runtime process has been seen.</summary>
    Pending,

    /// <summary>A start was delivered; the first event has not been seen.</summary>
    Starting,

    /// <summary>A runtime process works.</summary>
    Running,

    /// <summary>A person must decide on a candidate.</summary>
    AwaitingApproval,

    /// <summary>A decision was taken; the runtime consumes it on its next run.</summary>
    AwaitingRelaunch,

    /// <summary>The leader is stopped, a role still works.</summary>
    Pausing,

    /// <summary>The leader is stopped and nothing works.</summary>
    Paused,

    /// <summary>The leader was told to go on.</summary>
    Resuming,

    /// <summary>A cancel is on its way.</summary>
    Cancelling,

    /// <summary>The loop reached its goal.</summary>
    Completed,

    /// <summary>The runtime stopped by its own rule.</summary>
    Stopped,

    /// <summary>The work failed.</summary>
    Failed,

    /// <summary>Cancelled, by us or by somebody else.</summary>
    Cancelled,

    /// <summary>A deadline policy cancelled it.</summary>
    TimedOut,

    /// <summary>The runtime process died.</summary>
    Crashed,

    /// <summary>The sprite is gone, proven or declared.</summary>
    Lost,
}
