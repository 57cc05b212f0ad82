using System.ComponentModel;

namespace OpsManager.SuperloopSimulator.Scenario;

[Description("A quota block before a role.")]
internal sealed record UsageLimit
{
    [Description("claude or codex.")]
    public string Runner { get; init; } = "claude";

    [Description("How many five-minute polls pass until the quota is free again; never when absent.")]
    public int? ClearsAfterPolls { get; init; }
}
