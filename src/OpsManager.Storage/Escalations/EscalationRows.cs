using OpsManager.Core.Decisions;
using OpsManager.Core.Escalations;
using OpsManager.Storage.Documents;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Escalations;

/// <summary>
/// Escalations as rows. The document is what was raised; what happened to it since stands beside it in properties that any writer may
/// merge. A row is resolved when it was closed as often as it was raised; rows of the first version know no counts.
/// </summary>
internal static class EscalationRows
{
    private const string Raises = "raises";
    private const string RaisedAgainAt = "raisedAgainAt";
    private const string LastDetail = "lastDetail";
    private const string Closes = "closes";
    private const string AcknowledgedAt = "acknowledgedAt";
    private const string AcknowledgedBy = "acknowledgedBy";
    private const string AcknowledgementNote = "acknowledgementNote";

    /// <summary>The rows a decision writes.</summary>
    public static IEnumerable<RowWrite> Of(Decision decision, string write)
    {
        var at = decision.Run.DecidedAt;
        var resolved = decision.Effects.OfType<Effect.ResolveEscalation>().ToDictionary(effect => effect.Number);
        foreach (var raised in decision.Effects.OfType<Effect.RaiseEscalation>())
        {
            var escalation = new StoredEscalation
            {
                Number = raised.Number,
                Code = raised.Code,
                Severity = raised.Severity,
                Detail = raised.Detail,
                RaisedAt = decision.Run.Escalations.FirstOrDefault(open => open.Number == raised.Number)?.Since ?? at,
            };

            // A transaction may name a row once: what is raised and resolved in one decision is inserted resolved.
            DateTimeOffset? resolvedAt = resolved.Remove(raised.Number) ? at : null;
            yield return RowWrite.Insert(
                RowKeys.Escalation(raised.Number),
                RowProperties.With(
                    Payload.EncodeDocument(DocumentFormat<StoredEscalation>.Write(escalation)), RunFormats.Escalation.Version, write, (RowProperties.ResolvedAt, resolvedAt)));
        }

        foreach (var again in decision.Effects.OfType<Effect.ReopenEscalation>())
        {
            resolved.Remove(again.Number);
            yield return RowWrite.Merge(RowKeys.Escalation(again.Number), new Dictionary<string, object>(StringComparer.Ordinal)
            {
                [Raises] = again.Count,
                [RaisedAgainAt] = at,
                [LastDetail] = again.Detail,
                [Closes] = again.Count - 1,
            });
        }

        foreach (var effect in resolved.Values)
        {
            yield return RowWrite.Merge(RowKeys.Escalation(effect.Number), new Dictionary<string, object>(StringComparer.Ordinal)
            {
                [RowProperties.ResolvedAt] = at,
                [Closes] = effect.Count,
            });
        }
    }

    /// <summary>What an acknowledgement merges into a row.</summary>
    public static RowWrite Acknowledge(long number, Acknowledgement acknowledgement)
    {
        var properties = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [AcknowledgedAt] = acknowledgement.At,
            [AcknowledgedBy] = acknowledgement.By,
        };
        if (acknowledgement.Note is { } note)
        {
            properties[AcknowledgementNote] = note;
        }

        return RowWrite.Merge(RowKeys.Escalation(number), properties);
    }

    /// <summary>The escalation in a row; null if a resolution of what was never raised left a row without a document.</summary>
    public static async Task<StoredEscalation?> ReadAsync(TableRow row, IStorageGateway gateway, CancellationToken cancellationToken)
    {
        if (!Payload.IsIn(row))
        {
            return null;
        }

        var raised = RunFormats.Escalation.Read(row, await Payload.DecodeAsync(row, gateway, cancellationToken));
        var resolvedAt = row.Time(RowProperties.ResolvedAt);
        var count = row.Number(Raises) ?? 1;
        var closes = row.Number(Closes) ?? (resolvedAt is null ? 0 : 1);
        var lastRaisedAt = row.Time(RaisedAgainAt) ?? raised.RaisedAt;
        return raised with
        {
            Detail = row.Text(LastDetail) ?? raised.Detail,
            Count = (int)count,
            LastSeenAt = resolvedAt is { } end && end > lastRaisedAt ? end : lastRaisedAt,
            ResolvedAt = closes >= count ? resolvedAt : null,
            Acknowledgement = row.Time(AcknowledgedAt) is { } at
                ? new Acknowledgement(at, row.Text(AcknowledgedBy) ?? string.Empty, row.Text(AcknowledgementNote))
                : null,
        };
    }
}
