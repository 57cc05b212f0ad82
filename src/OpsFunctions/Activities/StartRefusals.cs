namespace OpsFunctions.Activities;

/// <summary>Refusals of a launch that do not say that nothing of the run was or can be launched.</summary>
internal static class StartRefusals
{
    /// <summary>Another call of the same run was before this one and may launch yet.</summary>
    public static bool LeavesOpen(string? code) => code is "start_in_progress" or "stale_order";

    /// <summary>Time alone may lift it: a process that goes, a file or process table that cannot be read at the moment.</summary>
    public static bool MayPass(string? code) => code is "not_quiescent" or "artifacts_unknown" or "processes_unknown";
}
