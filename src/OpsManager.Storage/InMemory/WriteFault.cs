namespace OpsManager.Storage.InMemory;

/// <summary>What happens at a write that a test has chosen.</summary>
public enum WriteFault
{
    /// <summary>The process dies before the write: nothing is written and the caller's code does not go on.</summary>
    CrashBefore,

    /// <summary>The process dies after the write: it is written and the caller's code does not go on.</summary>
    CrashAfter,

    /// <summary>Storage does not answer and nothing is written; the store's own handling of unknown outcomes takes over.</summary>
    Unavailable,

    /// <summary>It is written but the answer is lost; the store's own handling of unknown outcomes takes over.</summary>
    AnswerLost,
}
