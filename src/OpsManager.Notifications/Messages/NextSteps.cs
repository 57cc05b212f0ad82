using OpsManager.Core.Escalations;

namespace OpsManager.Notifications.Messages;

/// <summary>What to do next, by reason code; else by category.</summary>
public static class NextSteps
{
    private static readonly Dictionary<string, string> ByCode = new(StringComparer.Ordinal)
    {
        ["transport_unreachable"] = "Check that the sprite runs and that its adapter listens; the run itself may be well.",
        ["transport_timeout"] = "Check the load of the sprite and the network to it; the run itself may be well.",
        ["adapter_unauthorized"] = "Compare the token in the manager's settings with the adapter's.",
        ["adapter_token_missing"] = "Configure the token that the run names.",
        ["endpoint_not_allowed"] = "Put the adapter's host on the allow-list, or correct the run's endpoint.",
        ["loop_unknown"] = "Check the loop's name and that the adapter serves its repository.",
        ["approval_reminder"] = "Decide on the candidate: approve or reject it.",
        ["start_deadline_exceeded"] = "Look at the start of the runtime in the sprite, or cancel the run.",
        ["relaunch_deadline_exceeded"] = "Relaunch the runtime, or cancel the run.",
        ["unattributed_decision"] = "Ask who decided past the manager, and why.",
        ["foreign_run"] = "Find out who launched the loop; two runtimes must not share a repository.",
        ["ingest_stale"] = "Look at the runtime's last role and its log; pause or cancel the run if it hangs.",
        ["runtime_heartbeat_stale"] = "Look at the runtime's process in the sprite.",
        ["clock_skew"] = "Correct the sprite's clock.",
        ["divergence_detected"] = "Compare the snapshot with the log before you act on either.",
        ["quiescence_not_proven"] = "Look for processes of the run in the sprite; force-cancel reaps them.",
        ["log_replaced"] = "Find out who replaced the event log.",
        ["engine_suspended"] = "Resume the orchestration, or end the run.",
        ["fleet_unreachable"] = "Check the manager's network, name resolution and credentials before any single run.",
    };

    /// <summary>One sentence.</summary>
    public static string For(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return ByCode.TryGetValue(code, out var step) ? step : EscalationCategories.Of(code) switch
        {
            EscalationCategory.Transport => "Check the sprite, its adapter and the network between.",
            EscalationCategory.Policy => "Look at the run and decide whether to extend its limit or to end it.",
            EscalationCategory.Control => "Read the run's intents and snapshot before you ask again.",
            EscalationCategory.Engine => "Look at the run's orchestration.",
            EscalationCategory.Contract => "Compare the adapter's version with the manager's.",
            EscalationCategory.Fleet => "Look at the manager before any single run.",
            _ => "Look at the run's health and its last events.",
        };
    }
}
