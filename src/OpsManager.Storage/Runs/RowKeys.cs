using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OpsManager.Core.Intents;

namespace OpsManager.Storage.Runs;

/// <summary>Keys of the rows of a run's partition: a persisted format.</summary>
internal static class RowKeys
{
    public const string Head = "head";

    /// <summary>Says whether the run was created or its creation was given up; see <see cref="CreationMark"/>.</summary>
    public const string Creation = "creation";

    public const string EventPrefix = "event-";
    public const string SnapshotPrefix = "snapshot-";
    public const string TransitionPrefix = "transition-";
    public const string EscalationPrefix = "escalation-";
    public const string PolicyChangePrefix = "policychange-";
    public const string EngineReplacementPrefix = "enginechange-";
    public const string IntentPrefix = "intent-";
    public const string RejectedEventPrefix = "rejected-";

    /// <summary>A row of events has the number of its last one, so that the rows after a number are one range.</summary>
    public static string Event(long lastSequence) => Numbered(EventPrefix, lastSequence);

    public static string Snapshot(long number) => Numbered(SnapshotPrefix, number);

    public static string Transition(long number) => Numbered(TransitionPrefix, number);

    public static string Escalation(long number) => Numbered(EscalationPrefix, number);

    public static string PolicyChange(long number) => Numbered(PolicyChangePrefix, number);

    public static string EngineReplacement(int generation) => Numbered(EngineReplacementPrefix, generation);

    public static string Intent(IntentId id) => IntentPrefix + id.Value;

    public static string RejectedEvent(string id) => RejectedEventPrefix + id;

    /// <summary>The key is the caller's text, of any length and alphabet; a row key is neither.</summary>
    public static string Idempotency(string key) => "idem-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>The first key after all that have the prefix: '.' follows '-'.</summary>
    public static string EndOf(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);

    public static string Numbered(string prefix, long number) => prefix + number.ToString("D20", CultureInfo.InvariantCulture);
}
