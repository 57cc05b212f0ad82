namespace OpsManager.Storage.Gateway;

/// <summary>The tables. Their names may carry a prefix.</summary>
internal enum StorageTable
{
    /// <summary>One partition per run: all of the truth.</summary>
    LoopRuns,

    /// <summary>Active rows and list rows: derived.</summary>
    LoopRunIndex,

    /// <summary>One row per claimed sprite.</summary>
    Sprites,

    /// <summary>What has to be told to somebody: markers of decisions with escalations, alerts, groups, silences, the health of sinks.</summary>
    Notifications,
}
