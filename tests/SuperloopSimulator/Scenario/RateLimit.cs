using System.ComponentModel;

namespace OpsManager.SuperloopSimulator.Scenario;

[Description("One rate limit. More than three tries, or a reset later than 7200 s, and the loop gives up.")]
internal sealed record RateLimit
{
    [Description("The message.")]
    public string Message { get; init; } = "Codex usage limit reached";

    [Description("Whose limit: claude, codex, ...")]
    public string Type { get; init; } = "codex";

    [Description("Seconds until the reset; 300 s are waited when absent.")]
    public int? ResetsIn { get; init; }
}
