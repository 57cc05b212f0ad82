namespace OpsManager.Core.Lifecycle;

/// <summary>Questions about a lifecycle state.</summary>
public static class LifecycleStateExtensions
{
    /// <summary>Whether the state is an end, which never changes.</summary>
    public static bool IsTerminal(this LifecycleState state) => state >= LifecycleState.Completed;

    /// <summary>Whether the state waits for a person.</summary>
    public static bool AwaitsPerson(this LifecycleState state) => state is LifecycleState.AwaitingApproval;
}
