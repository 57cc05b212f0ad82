namespace OpsManager.Core.Verdicts;

/// <summary>What is known of the leader process of the current attempt.</summary>
public enum ProcessStatus
{
    /// <summary>Nothing that could be relied on.</summary>
    Unknown,

    /// <summary>It lives, or nothing contradicts the file that says so.</summary>
    Alive,

    /// <summary>It lives and a signal has stopped it.</summary>
    Stopped,

    /// <summary>It is gone.</summary>
    Gone,
}
