namespace OpsManager.Storage.Purging;

/// <summary>Why runs are deleted.</summary>
public static class PurgeCauses
{
    /// <summary>Somebody asked for it.</summary>
    public const string Request = "request";

    /// <summary>It ended longer ago than runs are kept.</summary>
    public const string Retention = "retention";
}
