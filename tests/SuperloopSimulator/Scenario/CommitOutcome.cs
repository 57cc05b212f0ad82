namespace OpsManager.SuperloopSimulator.Scenario;

/// <summary>How an automatic commit ends.</summary>
internal enum CommitOutcome
{
    Success,
    Failed,
    NoChanges,
    NothingStaged,
}
