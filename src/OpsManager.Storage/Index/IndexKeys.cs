using System.Globalization;
using OpsManager.Core.Runs;

namespace OpsManager.Storage.Index;

/// <summary>Keys of the index and of the claims: a persisted format.</summary>
internal static class IndexKeys
{
    /// <summary>Partition of the active rows; their row key is the run's id.</summary>
    public const string Active = "active";

    /// <summary>Partition of the list rows.</summary>
    public const string List = "list";

    /// <summary>Partition of the claims; their row key is the sprite's name.</summary>
    public const string Claims = "sprite";

    /// <summary>Partition of the deletions under way; their row key is the run's id.</summary>
    public const string Purging = "purging";

    /// <summary>The key before the rows of all runs created earlier than a time.</summary>
    public static string ListRowsBefore(DateTimeOffset createdAt) =>
        string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.MaxValue.UtcTicks - createdAt.UtcTicks:D20}.");

    /// <summary>Later runs come first: tables only read forwards.</summary>
    public static string ListRow(DateTimeOffset createdAt, RunId runId) =>
        string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.MaxValue.UtcTicks - createdAt.UtcTicks:D20}-{runId}");
}
