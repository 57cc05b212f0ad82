namespace OpsManager.Core.Intents;

/// <summary>Refusals of an adapter that time alone may lift: the intent is sent again until its deadline.</summary>
internal static class RetriableRefusals
{
    private static readonly HashSet<string> Codes = new(StringComparer.Ordinal)
    {
        // A later call of the same run was seen; the next one has a higher order.
        "stale_order",

        // Another call is under way.
        "control_in_progress", "start_in_progress",

        // The former process has not gone yet, or it could not be seen whether it has.
        "not_quiescent", "already_running", "processes_unknown", "artifacts_unknown",
    };

    public static bool Contains(string? code) => code is not null && Codes.Contains(code);
}
