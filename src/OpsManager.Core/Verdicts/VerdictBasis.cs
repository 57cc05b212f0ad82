namespace OpsManager.Core.Verdicts;

/// <summary>What a verdict rests on, which decides how much confirmation an end needs.</summary>
public enum VerdictBasis
{
    /// <summary>The run goes on, or waits.</summary>
    Live,

    /// <summary>The log says that the attempt ended. Only its process must still be seen gone.</summary>
    Log,

    /// <summary>The process is gone and the log is silent. A second observation must agree.</summary>
    Death,

    /// <summary>The launcher recorded that the process ended before it did anything. Nothing is left to wait for.</summary>
    Recorded,
}
