using OpsManager.Core.Lifecycle;

namespace OpsFunctions.Telemetry;

/// <summary>A run's state in the words of OpenTelemetry's conventions for pipelines.</summary>
internal static class PipelineWords
{
    /// <summary>All runs are runs of one pipeline: loops are named by their users, without bound.</summary>
    public const string Name = "superloop";

    /// <summary>What a live run does.</summary>
    public static string StateOf(LifecycleState state) => state switch
    {
        LifecycleState.Pending or LifecycleState.Starting => "pending",
        LifecycleState.Cancelling => "finalizing",
        _ => state.IsTerminal() ? "finalizing" : "executing",
    };

    /// <summary>
    /// How a run ended. An <c>error</c> is the system's fault, a <c>failure</c> the work's; a runtime that stopped by its own rule did not
    /// reach its goal.
    /// </summary>
    public static string ResultOf(LifecycleState state) => state switch
    {
        LifecycleState.Completed => "success",
        LifecycleState.Stopped or LifecycleState.Failed => "failure",
        LifecycleState.Cancelled => "cancellation",
        LifecycleState.TimedOut => "timeout",
        LifecycleState.Crashed or LifecycleState.Lost => "error",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "The run has not ended."),
    };

    /// <summary>Whether the end counts as an error of the run.</summary>
    public static bool IsError(LifecycleState state) =>
        state is LifecycleState.Failed or LifecycleState.Crashed or LifecycleState.Lost or LifecycleState.TimedOut;
}
