namespace OpsManager.Core.Policies;

/// <summary>Every member of a policy, once: profiles, requests, the audit and the documentation go by this list.</summary>
public static class PolicyFields
{
    /// <summary>How far ahead a mute may reach.</summary>
    public static readonly TimeSpan LongestMute = TimeSpan.FromDays(30);

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    /// <summary>All of them, in the order in which they are shown.</summary>
    public static IReadOnlyList<PolicyField> All { get; } =
    [
        Duration("startDeadline", Second, Week, static p => p.StartDeadline, static (p, v) => p with { StartDeadline = v }),
        OptionalDuration("maxActiveDuration", Second, Year, static p => p.MaxActiveDuration, static (p, v) => p with { MaxActiveDuration = v }),
        Duration("stallDegraded", Second, Week, static p => p.StallDegraded, static (p, v) => p with { StallDegraded = v }),
        Duration("stallCritical", Second, Week, static p => p.StallCritical, static (p, v) => p with { StallCritical = v }),
        OptionalCount("stuckDegraded", 1, 1000, static p => p.StuckDegraded, static (p, v) => p with { StuckDegraded = v }),
        OptionalCount("stuckCritical", 1, 1000, static p => p.StuckCritical, static (p, v) => p with { StuckCritical = v }),
        Count("transportDegradedStreak", 1, 1000, static p => p.TransportDegradedStreak, static (p, v) => p with { TransportDegradedStreak = v }),
        Count("transportCriticalStreak", 1, 1000, static p => p.TransportCriticalStreak, static (p, v) => p with { TransportCriticalStreak = v }),
        Duration("transportMinimum", Second, Day, static p => p.TransportMinimum, static (p, v) => p with { TransportMinimum = v }),
        Duration("heartbeatDegraded", Second, Week, static p => p.HeartbeatDegraded, static (p, v) => p with { HeartbeatDegraded = v }),
        Duration("heartbeatCritical", Second, Week, static p => p.HeartbeatCritical, static (p, v) => p with { HeartbeatCritical = v }),
        Duration("approvalReminder", Second, Year, static p => p.ApprovalReminder, static (p, v) => p with { ApprovalReminder = v }),
        OptionalDuration("approvalDeadline", Second, Year, static p => p.ApprovalDeadline, static (p, v) => p with { ApprovalDeadline = v }),
        Duration("deliveryDeadline", Second, Day, static p => p.DeliveryDeadline, static (p, v) => p with { DeliveryDeadline = v }),
        Duration("confirmTimeout", Second, Day, static p => p.ConfirmTimeout, static (p, v) => p with { ConfirmTimeout = v }),
        Duration("cancelGrace", Second, Hour, static p => p.CancelGrace, static (p, v) => p with { CancelGrace = v }),
        Duration("endSettle", Second, Hour, static p => p.EndSettle, static (p, v) => p with { EndSettle = v }),
        Duration("clockSkewLimit", Second, Day, static p => p.ClockSkewLimit, static (p, v) => p with { ClockSkewLimit = v }),
        Action("actions.startDeadline", static p => p.Actions.StartDeadline, static (p, v) => p with { Actions = p.Actions with { StartDeadline = v } }),
        Action("actions.maxActiveDuration", static p => p.Actions.MaxActiveDuration, static (p, v) => p with { Actions = p.Actions with { MaxActiveDuration = v } }),
        Action("actions.approvalDeadline", static p => p.Actions.ApprovalDeadline, static (p, v) => p with { Actions = p.Actions with { ApprovalDeadline = v } }),
        Action("actions.stall", static p => p.Actions.Stall, static (p, v) => p with { Actions = p.Actions with { Stall = v } }),
        Action("actions.stuck", static p => p.Actions.Stuck, static (p, v) => p with { Actions = p.Actions with { Stuck = v } }),
        Poll("poll.expecting", static i => i.Expecting, static (i, v) => i with { Expecting = v }),
        Poll("poll.running", static i => i.Running, static (i, v) => i with { Running = v }),
        Poll("poll.waiting", static i => i.Waiting, static (i, v) => i with { Waiting = v }),
        new("muteUntil", PolicyFieldKind.Time, null, null, true, static p => p.MuteUntil, static (p, v) => p with { MuteUntil = (DateTimeOffset?)v }) { Scope = PolicyFieldScope.Run },
    ];

    /// <summary>Pairs of which the second must not be less than the first.</summary>
    internal static IReadOnlyList<(PolicyField Degraded, PolicyField Critical)> Ordered { get; } =
    [
        Pair("stallDegraded", "stallCritical"),
        Pair("stuckDegraded", "stuckCritical"),
        Pair("transportDegradedStreak", "transportCriticalStreak"),
        Pair("heartbeatDegraded", "heartbeatCritical"),
    ];

    /// <summary>The members in which two policies differ.</summary>
    public static IReadOnlyList<PolicyFieldChange> Differences(RunPolicy before, RunPolicy after) =>
        [.. All.Where(field => !Equals(field.Get(before), field.Get(after))).Select(field => new PolicyFieldChange(field.Name, field.GetText(before), field.GetText(after)))];

    private static (PolicyField Degraded, PolicyField Critical) Pair(string degraded, string critical) =>
        (All.Single(field => field.Name == degraded), All.Single(field => field.Name == critical));

    private static PolicyField Duration(string name, TimeSpan minimum, TimeSpan maximum, Func<RunPolicy, TimeSpan> get, Func<RunPolicy, TimeSpan, RunPolicy> set) =>
        new(name, PolicyFieldKind.Duration, minimum, maximum, false, policy => get(policy), (policy, value) => set(policy, (TimeSpan)value!));

    private static PolicyField OptionalDuration(string name, TimeSpan minimum, TimeSpan maximum, Func<RunPolicy, TimeSpan?> get, Func<RunPolicy, TimeSpan?, RunPolicy> set) =>
        new(name, PolicyFieldKind.Duration, minimum, maximum, true, policy => get(policy), (policy, value) => set(policy, (TimeSpan?)value));

    private static PolicyField Count(string name, int minimum, int maximum, Func<RunPolicy, int> get, Func<RunPolicy, int, RunPolicy> set) =>
        new(name, PolicyFieldKind.Count, minimum, maximum, false, policy => get(policy), (policy, value) => set(policy, (int)value!));

    private static PolicyField OptionalCount(string name, int minimum, int maximum, Func<RunPolicy, int?> get, Func<RunPolicy, int?, RunPolicy> set) =>
        new(name, PolicyFieldKind.Count, minimum, maximum, true, policy => get(policy), (policy, value) => set(policy, (int?)value));

    private static PolicyField Action(string name, Func<RunPolicy, PolicyAction> get, Func<RunPolicy, PolicyAction, RunPolicy> set) =>
        new(name, PolicyFieldKind.Action, null, null, false, policy => get(policy), (policy, value) => set(policy, (PolicyAction)value!));

    private static PolicyField Poll(string name, Func<PollIntervals, TimeSpan> get, Func<PollIntervals, TimeSpan, PollIntervals> set) =>
        new(name, PolicyFieldKind.Duration, Second, Day, false, policy => get(policy.Poll), (policy, value) => policy with { Poll = set(policy.Poll, (TimeSpan)value!) })
        {
            Scope = PolicyFieldScope.Profile,
        };
}
