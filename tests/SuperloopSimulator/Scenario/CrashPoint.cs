using System.ComponentModel;

namespace OpsManager.SuperloopSimulator.Scenario;

[Description("A point at which the runtime process kills itself with SIGKILL. Its role process, if one runs, goes on.")]
internal sealed record CrashPoint
{
    [Description("The run of the loop, from 1; any when absent.")]
    public int? Run { get; init; }

    [Description("The iteration, from 1; any when absent.")]
    public int? Iteration { get; init; }

    [Description("The role of the event; any when absent.")]
    public string? Role { get; init; }

    [Description("An event's name; 'working' for the time in which a role's process works; or a file: state.json, active-run.json, run-summary.json, approval.json, rate-limit.json.")]
    public required string Point { get; init; }

    [Description("Before, after or during. During leaves half a line of the log, or an empty file.")]
    public CrashMoment Moment { get; init; } = CrashMoment.After;

    public bool Matches(int run, int iteration, string? role, string point, CrashMoment moment) =>
        Point == point && Moment == moment && (Run ?? run) == run && (Iteration ?? iteration) == iteration && (Role is null || Role == role);
}
