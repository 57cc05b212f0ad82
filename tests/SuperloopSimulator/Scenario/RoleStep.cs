using System.ComponentModel;

namespace OpsManager.SuperloopSimulator.Scenario;

[Description("How one role behaves.")]
internal sealed record RoleStep
{
    [Description("The run of the loop, from 1; any when absent. A run that only waits for or consumes an approval does not count.")]
    public int? Run { get; init; }

    [Description("The iteration, from 1; any when absent.")]
    public int? Iteration { get; init; }

    [Description("The role; any when absent.")]
    public string? Role { get; init; }

    [Description("How long the role works.")]
    public int? DurationMs { get; init; }

    [Description("How often it writes a line; 0 for once.")]
    public int? TickMs { get; init; }

    [Description("It never ends by itself.")]
    public bool Hangs { get; init; }

    [Description("It ignores SIGTERM.")]
    public bool IgnoresTerm { get; init; }

    [Description("Its exit code; anything but 0 is a failed runner.")]
    public int ExitCode { get; init; }

    [Description("Whether it changes the work tree; the implementer does when absent.")]
    public bool? ChangesCode { get; init; }

    [Description("Further lines it writes, before its end.")]
    public IReadOnlyList<string> Output { get; init; } = [];

    [Description("When above 0, it leaves a process behind that goes on for so long after its start.")]
    public int OrphanMs { get; init; }

    [Description("Rate limits it meets, one per try, before it succeeds.")]
    public IReadOnlyList<RateLimit> RateLimits { get; init; } = [];

    [Description("A quota block found before the role starts.")]
    public UsageLimit? UsageLimit { get; init; }
}
