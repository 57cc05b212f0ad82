using System.ComponentModel;

namespace OpsManager.SuperloopSimulator.Scenario;

[Description("Milliseconds that the runtime's own steps take at speed 1. The defaults are those of the real one.")]
internal sealed record Pacing
{
    [Description("From the start of the process (configuration validation) to active-run.json.")]
    public int StartMs { get; init; } = 1000;

    [Description("From active-run.json to the first event.")]
    public int LoopStartMs { get; init; } = 2700;

    [Description("Prompt building before each role_start.")]
    public int RoleStartMs { get; init; } = 600;

    [Description("Between two events.")]
    public int EventMs { get; init; } = 40;

    [Description("Each gate's work between its start and its end event.")]
    public int GateMs { get; init; } = 200;

    [Description("From iteration_end to the run summary.")]
    public int SummaryMs { get; init; } = 2500;

    [Description("How long a file that is rewritten in place stays empty.")]
    public int WriteGapMs { get; init; } = 40;

    [Description("How long active-run.json stays empty.")]
    public int ActiveRunGapMs { get; init; } = 100;

    [Description("When above 0, every event line reaches the log in two parts this far apart.")]
    public int TornEventMs { get; init; }
}
