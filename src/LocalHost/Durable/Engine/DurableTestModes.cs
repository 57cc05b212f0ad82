namespace LocalHost.Durable.Engine;

/// <summary>What the real engine may do at any time, done on purpose.</summary>
public sealed record DurableTestModes
{
    /// <summary>Every activity is executed twice, and both results are delivered.</summary>
    public bool RunActivitiesTwice { get; init; }

    /// <summary>Every activity is executed, its result dropped, and executed again.</summary>
    public bool LoseFirstActivityResult { get; init; }

    public bool DeliverEventsTwice { get; init; }

    /// <summary>Timers fire so much after their due time; before it, if negative.</summary>
    public TimeSpan TimerLateness { get; init; }

    /// <summary>History is read from the store before every episode instead of being kept in memory.</summary>
    public bool ReloadBeforeEveryEpisode { get; init; }
}
