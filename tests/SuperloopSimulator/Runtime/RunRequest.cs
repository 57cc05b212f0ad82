namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>The arguments of <c>run</c>.</summary>
internal sealed record RunRequest(string Repository, string? Loop, string ConfigPath, bool SkipValidation, string? ScenarioPath, double? Speed);
