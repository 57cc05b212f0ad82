namespace EndToEnd.Tests;

/// <summary>What becomes of a run of the fleet.</summary>
internal enum FleetKind
{
    /// <summary>Paused and resumed twice.</summary>
    Held,

    /// <summary>Its candidate is approved.</summary>
    Approved,

    /// <summary>Its first candidate is rejected, its second one approved.</summary>
    RejectedFirst,

    /// <summary>Cancelled.</summary>
    Cancelled,

    /// <summary>Operators contradict each other.</summary>
    Contradicted,
}
