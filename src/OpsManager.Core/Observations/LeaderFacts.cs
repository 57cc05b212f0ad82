namespace OpsManager.Core.Observations;

/// <summary>The leader process, as an adapter that looks at processes sees it.</summary>
/// <param name="Alive">Whether it lives.</param>
/// <param name="Stopped">Whether a signal stopped it.</param>
/// <param name="LiveChildren">Members besides it that live; null when unknown.</param>
/// <param name="BootId">Boot id of the machine.</param>
public sealed record LeaderFacts(bool Alive, bool Stopped, int? LiveChildren, string? BootId);
