namespace OpsManager.Storage.Runs;

/// <summary>What became of a write of the head and rows beside it. A closed set.</summary>
internal abstract record HeadCommit
{
    private HeadCommit()
    {
    }

    /// <summary>Written; the head as it now stands, which somebody may have changed since.</summary>
    public sealed record Done(RunHead Head) : HeadCommit;

    /// <summary>Not written; somebody else wrote the head, which now stands so.</summary>
    public sealed record Lost(RunHead Head) : HeadCommit;

    /// <summary>Not written; the run is not there.</summary>
    public sealed record Gone : HeadCommit;
}
