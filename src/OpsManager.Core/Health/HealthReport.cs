using OpsManager.Core.Primitives;

namespace OpsManager.Core.Health;

/// <summary>Three signals, each with its evidence, and one verdict.</summary>
public sealed record HealthReport
{
    /// <summary>The report of a run that was never observed.</summary>
    public static HealthReport Unobserved { get; } = new()
    {
        Verdict = HealthVerdict.Healthy,
        Alive = HealthSignal.Unknown,
        Moving = HealthSignal.Unknown,
        Circling = HealthSignal.Unknown,
    };

    /// <summary>The worst of the reasons.</summary>
    public required HealthVerdict Verdict { get; init; }

    /// <summary>Reachable, process there, heart beating.</summary>
    public required HealthSignal Alive { get; init; }

    /// <summary>Events and iterations come.</summary>
    public required HealthSignal Moving { get; init; }

    /// <summary>The same work again and again.</summary>
    public required HealthSignal Circling { get; init; }

    /// <summary>Why the verdict is not healthy.</summary>
    public ValueList<HealthReason> Reasons { get; init; } = [];

    /// <summary>Silence that is explained: named, and no reason for alarm.</summary>
    public ValueList<RecognisedWait> Waits { get; init; } = [];
}
