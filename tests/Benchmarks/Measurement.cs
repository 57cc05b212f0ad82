namespace OpsManager.Benchmarks;

/// <summary>What a scenario cost.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Polls">Polls in the window.</param>
/// <param name="Decisions">Activities besides the polls: a quiet window has none.</param>
/// <param name="Own">Requests of ours in the window, the watchdog's included.</param>
/// <param name="Watchdog">Those of them that were the watchdog's.</param>
/// <param name="Hub">Requests of LocalHost's hub in the window.</param>
internal sealed record Measurement(Scenario Scenario, int Polls, int Decisions, int Own, int Watchdog, int Hub)
{
    public double PerHour(double count) => count * (TimeSpan.FromHours(1) / Scenario.Window);
}
