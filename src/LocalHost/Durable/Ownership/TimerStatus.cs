namespace LocalHost.Durable.Ownership;

/// <summary>When a timer trigger ran last and was to run next.</summary>
internal sealed record TimerStatus(DateTimeOffset Last, DateTimeOffset Next, DateTimeOffset LastUpdated);
