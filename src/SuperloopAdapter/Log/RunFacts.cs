namespace SuperloopAdapter.Log;

/// <summary>What the log says about one run of the loop.</summary>
internal sealed record RunFacts
{
    /// <summary>The <c>loop_start</c> of the process that runs or ran it.</summary>
    public required LoggedEvent Start { get; init; }

    /// <summary>The runtime run id its events carry. A consumed approval goes on under the old id.</summary>
    public required string? RunId { get; init; }

    /// <summary>The newest iteration.</summary>
    public long? Iteration { get; init; }

    /// <summary>The event that ended it.</summary>
    public LoggedEvent? Terminal { get; init; }

    /// <summary>What began and has not ended: role, tests or a gate.</summary>
    public LoggedEvent? InFlight { get; init; }

    /// <summary>The newest event of this run.</summary>
    public required LoggedEvent Last { get; init; }
}
