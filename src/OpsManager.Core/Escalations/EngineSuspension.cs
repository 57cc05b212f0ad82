namespace OpsManager.Core.Escalations;

/// <summary>
/// Somebody suspended the engine of a run. The watchdog finds and tells it, no look at the run shows it, and only a decision that the engine
/// takes says that it is over.
/// </summary>
public static class EngineSuspension
{
    /// <summary>Code of the escalation.</summary>
    public const string Code = "engine_suspended";

    /// <summary>What the watchdog tells.</summary>
    public static EscalationCondition Condition { get; } = new(
        Code, EscalationSeverity.Critical, "The orchestration of this run was suspended from outside. The run is not observed until it is resumed.");
}
