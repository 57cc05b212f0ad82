using OpsManager.Storage.Documents;

namespace OpsManager.Storage.Runs;

/// <summary>Names of row properties beside a document: a persisted format.</summary>
internal static class RowProperties
{
    /// <summary>Version of the row's document.</summary>
    public const string Version = DocumentFormat<object>.VersionProperty;

    /// <summary>Identifies the write that made the row what it is: how a write whose answer was lost is found again.</summary>
    public const string Write = "w";

    public const string Revision = "revision";
    public const string State = "state";
    public const string Since = "since";
    public const string ReceivedAt = "receivedAt";
    public const string EventSequence = "eventSequence";
    public const string ResolvedAt = "resolvedAt";
    public const string Number = "number";
    public const string RequestHash = "requestHash";
    public const string Abandoned = "abandoned";
    public const string Holder = "holder";
    public const string Sprite = "sprite";
    public const string Ended = "ended";
    public const string Health = "health";
    public const string Workspace = "workspace";
    public const string Repo = "repo";
    public const string Attention = "attention";

    /// <summary>The given properties with the version of their document and the write's identity.</summary>
    public static Dictionary<string, object> With(
        IReadOnlyDictionary<string, object> properties, int version, string write, params ReadOnlySpan<(string Name, object? Value)> more)
    {
        var all = new Dictionary<string, object>(properties, StringComparer.Ordinal) { [Version] = version, [Write] = write };
        foreach (var (name, value) in more)
        {
            if (value is not null)
            {
                all[name] = value;
            }
        }

        return all;
    }

    /// <summary>Properties of a row that has no document.</summary>
    public static Dictionary<string, object> Plain(string write, params ReadOnlySpan<(string Name, object? Value)> values) =>
        With(new Dictionary<string, object>(StringComparer.Ordinal), 1, write, values);
}
