namespace OpsManager.SuperloopSimulator.Scenario;

/// <summary>Why a start is refused although nothing else runs.</summary>
internal enum StartRefusal
{
    /// <summary>The configuration is not valid: refused before any file is written.</summary>
    Validation,

    /// <summary>The main branch is unknown: refused after active-run.json, before the first event.</summary>
    MainRef,
}
