using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Storage.Documents;
using OpsManager.Storage.Gateway;

namespace OpsManager.Storage.Runs;

/// <summary>The intents of a decision as rows.</summary>
internal static class IntentRows
{
    /// <summary>The rows: inserted where the decision accepts or refuses the intent, set where it changes one that is open.</summary>
    public static IEnumerable<RowWrite> Of(RunHead head, Decision decision, string write) => decision.Intents.Select(intent =>
    {
        var properties = RowProperties.With(
            Payload.EncodeDocument(DocumentFormat<Intent>.Write(intent)), RunFormats.Intent.Version, write, (RowProperties.Number, intent.Number));
        return intent.Number > head.Run.IntentCount
            ? RowWrite.Insert(RowKeys.Intent(intent.Id), properties)
            : RowWrite.Upsert(RowKeys.Intent(intent.Id), properties);
    });

    /// <summary>Refuses a decision that would change an intent that is final, or lose count.</summary>
    /// <exception cref="ArgumentException">It does.</exception>
    public static void Check(RunHead head, Decision decision)
    {
        var numbers = new HashSet<long>();
        foreach (var intent in decision.Intents)
        {
            // What the head carries is open; everything else it has counted has found its end.
            if (intent.Number <= head.Run.IntentCount && !head.Run.Intents.Any(open => open.Id == intent.Id && open.Number == intent.Number))
            {
                throw new ArgumentException($"Intent {intent.Id} has found its end, which never changes.", nameof(decision));
            }

            if (intent.Number > decision.Run.IntentCount || !numbers.Add(intent.Number))
            {
                throw new ArgumentException($"Intent {intent.Id} has number {intent.Number}, which is another's or beyond {decision.Run.IntentCount}.", nameof(decision));
            }
        }

        if (decision.Run.IntentCount < head.Run.IntentCount || decision.Run.IntentCount - head.Run.IntentCount > decision.Intents.Count)
        {
            throw new ArgumentException($"The decision counts {decision.Run.IntentCount} intents after {head.Run.IntentCount} and shows {decision.Intents.Count}.", nameof(decision));
        }
    }
}
