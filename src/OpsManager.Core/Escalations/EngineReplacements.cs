using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Escalations;

/// <summary>
/// Replacing an engine hides what ails it. Once in a while that is the point; again and again somebody has to know.
/// </summary>
public static class EngineReplacements
{
    /// <summary>Code of the escalation.</summary>
    public const string Code = "engine_replaced_repeatedly";

    /// <summary>Replacements within <see cref="Window"/> that are too many.</summary>
    public const int TooMany = 3;

    /// <summary>The time in which they are counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>The run with one more replacement noted. Only the newest are kept: as many as matter.</summary>
    public static LoopRun Noted(LoopRun run, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run with { EngineReplacedAt = run.EngineReplacedAt.Append(at).TakeLast(TooMany).ToValueList() };
    }

    /// <summary>What somebody has to be told at a time, or null.</summary>
    public static EscalationCondition? Holding(LoopRun run, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.EngineReplacedAt.Count(at => now - at < Window) >= TooMany
            ? new(Code, EscalationSeverity.Critical, $"The engine of this run was replaced {TooMany} times within an hour: what ails it comes back. Look at its failures in the log.")
            : null;
    }
}
