namespace OpsManager.Storage.Purging;

/// <summary>How far a deletion has come.</summary>
public enum PurgeProgress
{
    /// <summary>There is more to remove; go on.</summary>
    More,

    /// <summary>Nothing can be done now; look again with the next tick.</summary>
    Waiting,

    /// <summary>Nothing of the run is left but the row that keeps its id from being used again.</summary>
    Finished,

    /// <summary>The run is not being deleted after all: whoever asked for it died before the run knew.</summary>
    Abandoned,
}
