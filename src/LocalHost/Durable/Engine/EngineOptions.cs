namespace LocalHost.Durable.Engine;

internal sealed record EngineOptions
{
    public int MaxConcurrentActivities { get; init; } = 10 * Environment.ProcessorCount;

    public int MaxConcurrentOrchestrators { get; init; } = 10 * Environment.ProcessorCount;

    public OverridableStates OverridableStates { get; init; } = OverridableStates.NonRunningStates;

    /// <summary>Of new instances whose start names none.</summary>
    public string DefaultVersion { get; init; } = string.Empty;

    public TimeSpan MaximumTimerInterval { get; init; } = TimeSpan.FromDays(3);

    /// <summary>How long a graceful stop waits for running activities before it cancels them.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many messages one episode takes; the rest waits for the next one.</summary>
    public int MaxMessagesPerEpisode { get; init; } = 60;

    /// <summary>After so many generations in one turn the instance lets others, and its own messages, have theirs.</summary>
    public int MaxGenerationsPerTurn { get; init; } = 50;

    public DurableTestModes TestModes { get; init; } = new();
}
