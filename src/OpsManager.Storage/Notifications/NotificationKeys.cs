using System.Security.Cryptography;
using System.Text;
using OpsManager.Core.Runs;

namespace OpsManager.Storage.Notifications;

/// <summary>Keys of the table of notifications: a persisted format.</summary>
internal static class NotificationKeys
{
    /// <summary>Partition of the markers.</summary>
    public const string Pending = "pending";

    /// <summary>Partition of everything else: read as a whole, and small, since it holds only what is open.</summary>
    public const string Board = "board";

    public const string AlertPrefix = "alert-";
    public const string GroupPrefix = "group-";
    public const string SilencePrefix = "silence-";
    public const string SinkPrefix = "sink-";
    public const string Lease = "lease";

    /// <summary>One marker for each operation on a run.</summary>
    public static string Marker(RunId runId, string operation) => $"{runId}:{Safe(operation)}";

    public static string Alert(string key) => AlertPrefix + Safe(key);

    public static string Group(string id) => GroupPrefix + Safe(id);

    public static string Silence(string id) => SilencePrefix + Safe(id);

    public static string Sink(string name) => SinkPrefix + Safe(name);

    // A reason code may come from an adapter; what is no plain word must not become part of a key.
    private static string Safe(string text) =>
        text.Length is > 0 and <= 300 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':')
            ? text
            : "sha256-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
