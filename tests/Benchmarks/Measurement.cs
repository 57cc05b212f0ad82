namespace OpsManager.Benchmarks;

/// <summary>What a scenario cost.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Polls">Polls in the window.</param>
/// <param name="Decisions">Activities besides the polls: a quiet window has none.</param>
/// <param name="Own">Requests of ours in the window, those of the timers included.</param>
/// <param name="Timers">Those of them that timer functions made: they look after all runs, and there would be most of them without this one.</param>
/// <param name="Hub">Requests of LocalHost's hub in the window.</param>
internal sealed record Measurement(Scenario Scenario, int Polls, int Decisions, int Own, int Timers, int Hub)
{
    public double PerHour(double count) => count * (TimeSpan.FromHours(1) / Scenario.Window);
}
