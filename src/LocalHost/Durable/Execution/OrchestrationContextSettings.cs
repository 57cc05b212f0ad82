namespace LocalHost.Durable.Execution;

/// <param name="DefaultVersion">Of sub-orchestrations that name none.</param>
/// <param name="MaximumTimerInterval">Longer timers are split.</param>
internal sealed record OrchestrationContextSettings(string DefaultVersion, TimeSpan MaximumTimerInterval)
{
    public static OrchestrationContextSettings Default { get; } = new(string.Empty, TimeSpan.FromDays(3));
}
