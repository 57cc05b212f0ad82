using OpsManager.Core.Evidence;

namespace OpsManager.Storage.Runs;

/// <summary>How far the adapter's log has been read and stored.</summary>
public sealed record LogPosition
{
    /// <summary>Epoch of the log: raised whenever the log shrank or was replaced.</summary>
    public int Epoch { get; init; } = 1;

    /// <summary>Lines of this epoch that are stored, skipped or quarantined: the cursor sent to the adapter.</summary>
    public long Line { get; init; }

    /// <summary>The search for the base line of an attached run; null once it is found.</summary>
    public AttachScan? Scan { get; init; }

    /// <summary>The adapter's own identity of the log, where it gives one.</summary>
    public string? Identity { get; init; }
}
