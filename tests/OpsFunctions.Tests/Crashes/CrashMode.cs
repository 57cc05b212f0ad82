namespace OpsFunctions.Tests.Crashes;

/// <summary>What happens at the chosen write.</summary>
public enum CrashMode
{
    /// <summary>The process dies before the write: whatever it was doing is done again by the next process.</summary>
    DiesBefore,

    /// <summary>The process dies right after the write.</summary>
    DiesAfter,

    /// <summary>The write is not made and its caller gets an error.</summary>
    FailsBefore,

    /// <summary>The write is made and its caller gets an error all the same.</summary>
    FailsAfter,
}
