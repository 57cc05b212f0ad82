using System.ComponentModel;

namespace OpsManager.SuperloopSimulator.Scenario;

[Description("Superloop's stuck detection.")]
internal sealed record StuckSettings
{
    [Description("The streak at which the loop is stuck.")]
    public int Threshold { get; init; } = 5;

    [Description("report_and_stop, or anything else to go on.")]
    public string Action { get; init; } = "report_and_stop";
}
