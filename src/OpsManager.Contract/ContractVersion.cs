namespace OpsManager.Contract;

/// <summary>The contract's version and the two kinds of envelope it has.</summary>
public static class ContractVersion
{
    /// <summary>The one supported <c>schemaVersion</c>.</summary>
    public const string V1 = "v1";

    /// <summary><c>envelopeType</c> of a snapshot.</summary>
    public const string SnapshotType = "loop_run_snapshot";

    /// <summary><c>envelopeType</c> of an event.</summary>
    public const string EventType = "loop_run_event";
}
