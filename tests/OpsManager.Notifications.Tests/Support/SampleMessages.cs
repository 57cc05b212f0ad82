using OpsManager.Core.Escalations;
using OpsManager.Core.Runs;
using OpsManager.Notifications.Messages;

namespace OpsManager.Notifications.Tests.Support;

/// <summary>Messages for tests.</summary>
internal static class SampleMessages
{
    public static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static Notification Raised { get; } = new()
    {
        Id = "msg_00000000000000000000000000000001",
        Kind = NotificationKind.Raised,
        DedupKey = "run-a:transport_unreachable",
        Code = "transport_unreachable",
        Category = EscalationCategory.Transport,
        Severity = EscalationSeverity.Critical,
        Summary = "transport unreachable: checkout on build-7 (run-a)",
        Evidence = "4 or more failed polls in a row, for longer than 30 s; <said> \"no\" & went.",
        NextStep = NextSteps.For("transport_unreachable"),
        Since = At.AddMinutes(-5),
        Runs = [Run("run-a")],
        RunCount = 1,
        Link = "https://ops.example.org/api/runs/run-a",
        At = At,
    };

    public static Notification Acknowledged { get; } = Raised with
    {
        Id = "msg_00000000000000000000000000000002",
        Kind = NotificationKind.Acknowledged,
        Acknowledgement = new Acknowledgement(At.AddMinutes(-1), "ann", "The sprite is being moved."),
    };

    public static Notification Resolved { get; } = Raised with
    {
        Id = "msg_00000000000000000000000000000003",
        Kind = NotificationKind.Resolved,
        Count = 2,
        ResolvedAt = At.AddSeconds(-10),
    };

    public static Notification Grouped { get; } = Raised with
    {
        Id = "msg_00000000000000000000000000000004",
        DedupKey = "group:transport_unreachable:20260301T120000000",
        Summary = "transport unreachable: 25 runs",
        Severity = EscalationSeverity.Warning,
        Runs = [.. Enumerable.Range(1, Notification.RunsAtMost).Select(i => Run($"run-{i:D2}"))],
        RunCount = 25,
        Grouped = true,
        Link = "https://ops.example.org/api/fleet",
    };

    public static Notification Fleet { get; } = Raised with
    {
        Id = "msg_00000000000000000000000000000005",
        DedupKey = "manager:fleet_unreachable",
        Code = "fleet_unreachable",
        Category = EscalationCategory.Fleet,
        Summary = "fleet unreachable: the manager itself",
        Evidence = "5 of 5 live runs cannot be polled, most of them with transport_unreachable.",
        NextStep = NextSteps.For("fleet_unreachable"),
        Runs = [],
        RunCount = 0,
        Link = null,
    };

    public static IReadOnlyDictionary<string, Notification> All { get; } = new Dictionary<string, Notification>(StringComparer.Ordinal)
    {
        ["raised"] = Raised,
        ["acknowledged"] = Acknowledged,
        ["resolved"] = Resolved,
        ["grouped"] = Grouped,
        ["fleet"] = Fleet,
    };

    private static NotificationRun Run(string id) =>
        new(RunId.Parse(id), LoopId.Parse("checkout"), SpriteName.Parse("build-7"), "shop", $"https://ops.example.org/api/runs/{id}");
}
