using OpsManager.Core.Escalations;
using OpsManager.Core.Health;
using OpsManager.Core.Reasons;

namespace OpsManager.Core.Tests.Support;

/// <summary>What is raised against the catalogue of reasons, from which people learn how urgent it is.</summary>
internal static class Catalogued
{
    // A warning before it is critical, or as urgent as what was asked for; the catalogue has the worst, or the usual.
    private static readonly HashSet<string> Graded = new(StringComparer.Ordinal)
    {
        HealthCodes.IngestStale, HealthCodes.Circling, HealthCodes.HeartbeatStale,
        "control_ambiguous", "control_expired", "control_failed", "control_refused",
    };

    public static void Check(string code, EscalationSeverity severity)
    {
        var reason = ReasonCatalogue.Find(code);
        Assert.True(reason is not null, $"{code} stands in no catalogue");
        var isGraded = Graded.Contains(code) || reason.Category is ReasonCategory.Transport or ReasonCategory.Contract;
        Assert.True(
            isGraded ? severity >= EscalationSeverity.Warning : severity == reason.Severity,
            $"{code} is raised {severity} and stands in the catalogue as {reason.Severity}");
    }
}
