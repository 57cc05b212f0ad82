namespace OpsManager.SuperloopSimulator.Scenario;

/// <summary>When, relative to its point, a crash happens.</summary>
internal enum CrashMoment
{
    Before,
    During,
    After,
}
