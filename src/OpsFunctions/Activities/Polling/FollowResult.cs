using OpsManager.Storage.Runs;

namespace OpsFunctions.Activities.Polling;

/// <summary>How far the stored rows could be brought up to a log.</summary>
public sealed record FollowResult
{
    /// <summary>The head after what was stored.</summary>
    public required RunHead Head { get; init; }

    /// <summary>How far the log is read now.</summary>
    public required LogPosition Log { get; init; }

    /// <summary>What happened to the log.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>Whether anything was read that the next cycle need not read again.</summary>
    public bool Progressed { get; init; }

    /// <summary>Why reading ended early; null if it did not fail.</summary>
    public PollTrouble? Trouble { get; init; }

    /// <summary>A write that was not made, because somebody else wrote or this is no longer the engine.</summary>
    public WriteResult? Refused { get; init; }
}
