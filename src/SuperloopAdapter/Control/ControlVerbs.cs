namespace SuperloopAdapter.Control;

/// <summary>The allow-list: an intent that is not here does not exist.</summary>
internal static class ControlVerbs
{
    public const string Pause = "pause";
    public const string Resume = "resume";
    public const string Cancel = "cancel";
    public const string ForceCancel = "force_cancel";
    public const string Approve = "approve";
    public const string Reject = "reject";

    public static IReadOnlyList<string> All { get; } = [Pause, Resume, Cancel, ForceCancel, Approve, Reject];

    /// <summary>The verbs that touch no process.</summary>
    public static IReadOnlyList<string> Decisions { get; } = [Approve, Reject];

    /// <summary>Whether the verb ends the run for good.</summary>
    public static bool Ends(string verb) => verb is Cancel or ForceCancel;
}
