namespace OpsManager.Core.Policies;

/// <summary>The named sets of thresholds. The lag and streak numbers are those Superloop's users know.</summary>
public static class PolicyProfiles
{
    /// <summary>The set a run has when it names none.</summary>
    public const string Default = "balanced";

    private static readonly PollIntervals Intervals = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));

    private static readonly RunPolicy Balanced = new()
    {
        StartDeadline = TimeSpan.FromMinutes(10),
        StallDegraded = TimeSpan.FromSeconds(300),
        StallCritical = TimeSpan.FromSeconds(900),
        TransportDegradedStreak = 2,
        TransportCriticalStreak = 4,
        TransportMinimum = TimeSpan.FromSeconds(30),
        ApprovalReminder = TimeSpan.FromHours(4),
        EndSettle = TimeSpan.FromSeconds(30),
        ClockSkewLimit = TimeSpan.FromSeconds(30),
        Poll = Intervals,
    };

    private static readonly Dictionary<string, RunPolicy> ByName = new(StringComparer.Ordinal)
    {
        ["strict"] = Balanced with
        {
            StartDeadline = TimeSpan.FromMinutes(5),
            StallDegraded = TimeSpan.FromSeconds(120),
            StallCritical = TimeSpan.FromSeconds(300),
            TransportDegradedStreak = 1,
            TransportCriticalStreak = 2,
            ApprovalReminder = TimeSpan.FromHours(1),
        },
        [Default] = Balanced,
        ["relaxed"] = Balanced with
        {
            StartDeadline = TimeSpan.FromMinutes(30),
            StallDegraded = TimeSpan.FromSeconds(600),
            StallCritical = TimeSpan.FromSeconds(1800),
            TransportDegradedStreak = 3,
            TransportCriticalStreak = 6,
            ApprovalReminder = TimeSpan.FromHours(12),
        },
    };

    /// <summary>Names of all profiles.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>The profile of that name, or null.</summary>
    public static RunPolicy? Find(string name) => ByName.GetValueOrDefault(name);
}
