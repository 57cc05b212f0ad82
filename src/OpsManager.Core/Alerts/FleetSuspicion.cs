using System.Globalization;

namespace OpsManager.Core.Alerts;

/// <summary>When the manager suspects itself instead of its runs: many unrelated sprites rarely fail at once.</summary>
public static class FleetSuspicion
{
    /// <summary>Reason code of the escalation about the manager itself.</summary>
    public const string Code = "fleet_unreachable";

    /// <summary>Fewer runs are no fleet: their failures say nothing about the manager.</summary>
    public const int AtLeast = 3;

    /// <summary>Whether more than half of the live runs, and at least three, fail to be polled.</summary>
    public static bool Holds(int live, int failing) => failing >= AtLeast && failing > live - failing;

    /// <summary>What happened, in words.</summary>
    public static string Detail(int live, int failing, string? commonCode) => string.Create(
        CultureInfo.InvariantCulture,
        $"{failing} of {live} live runs cannot be polled{(commonCode is null ? string.Empty : $", most of them with {commonCode}")}. The manager or its network is the likely cause, not the runs.");
}
