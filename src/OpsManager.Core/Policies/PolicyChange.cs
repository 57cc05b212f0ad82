using OpsManager.Core.Primitives;

namespace OpsManager.Core.Policies;

/// <summary>A change of a run's policy by somebody: a part of the run's audit trail. A stored document.</summary>
public sealed record PolicyChange
{
    /// <summary>1, 2, ... within the run.</summary>
    public required long Number { get; init; }

    /// <summary>When, on the manager's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    public required string By { get; init; }

    /// <summary>Why.</summary>
    public string? Note { get; init; }

    /// <summary>What, from what, to what.</summary>
    public required ValueList<PolicyFieldChange> Changes { get; init; }

    /// <summary>W3C trace context of the request.</summary>
    public string? TraceParent { get; init; }
}
