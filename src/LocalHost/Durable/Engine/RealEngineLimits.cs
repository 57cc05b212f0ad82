using System.Text;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;

namespace LocalHost.Durable.Engine;

/// <summary>
/// From where on the real engine moves a payload to a blob: a write, a read and a delete more for each, which nobody notices here,
/// where payloads stay in their rows.
/// </summary>
internal static class RealEngineLimits
{
    private const int MessageBytes = 45 * 1024;
    private const int ColumnBytes = 60 * 1024;

    // One character is six bytes of JSON at most.
    private const int HarmlessCharacters = MessageBytes / 6;

    /// <summary>What an event exceeds: the size of a message, of a column, or both, with the size there.</summary>
    public static IEnumerable<(string What, int Bytes, int Limit)> ExceededBy(HistoryEvent historyEvent)
    {
        int longest = new[] { historyEvent.Input, historyEvent.Result, historyEvent.Reason }.Max(text => text?.Length ?? 0);
        if (longest <= HarmlessCharacters)
        {
            yield break;
        }

        int message = Encoding.UTF8.GetByteCount(StorageJson.Write(historyEvent)!);
        if (message > MessageBytes)
        {
            yield return ("message", message, MessageBytes);
        }

        int column = longest * sizeof(char);
        if (column > ColumnBytes)
        {
            yield return ("column", column, ColumnBytes);
        }
    }
}
