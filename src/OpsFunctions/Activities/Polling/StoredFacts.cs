using System.Text.Json;
using OpsManager.Contract;
using OpsManager.Core.Evidence;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Activities.Polling;

/// <summary>Reads what stored rows say, so that every decision rests on what is kept and not on what was once in memory.</summary>
/// <param name="store">The store.</param>
public sealed class StoredFacts(IRunStore store)
{
    private const int PageSize = 500;

    /// <summary>The facts in (<paramref name="after"/>, <paramref name="through"/>], in order.</summary>
    public async Task<IReadOnlyList<ReceivedFact>> ReadAsync(RunId runId, long after, long through, CancellationToken cancellationToken)
    {
        var facts = new List<ReceivedFact>();
        while (after < through)
        {
            var limit = (int)Math.Min(PageSize, through - after);
            var page = await store.ReadEventsAsync(runId, after, limit, cancellationToken);
            if (page.Count == 0)
            {
                throw new InvalidDataException($"Run {runId} has no event {after + 1} although its head counts {through}.");
            }

            facts.AddRange(page.Select(stored => new ReceivedFact(Read(stored), stored.ReceivedAt)));
            after = page[^1].Sequence;
        }

        return facts;
    }

    /// <summary>What a line says that is looked at but not stored.</summary>
    public static EventFact Read(EventReading reading, int epoch) => reading.Envelope is { } envelope
        ? EventFactReader.Read(envelope, 0, epoch, reading.Line)
        : EventFactReader.Quarantined(0, epoch, reading.Line);

    private static EventFact Read(StoredEvent stored)
    {
        var envelope = stored.QuarantineReason is null && !stored.Envelope.IsEmpty
            ? JsonSerializer.Deserialize(stored.Envelope.Span, ContractJsonContext.Default.LoopRunEvent)
            : null;
        return envelope is null
            ? EventFactReader.Quarantined(stored.Sequence, stored.Epoch, stored.Line)
            : EventFactReader.Read(envelope, stored.Sequence, stored.Epoch, stored.Line);
    }
}
