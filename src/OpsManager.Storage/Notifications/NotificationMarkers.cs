using OpsManager.Core.Decisions;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Storage.Documents;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Notifications;

/// <summary>Writes markers ahead of decisions.</summary>
internal sealed class NotificationMarkers(IStorageGateway gateway, TimeProvider time)
{
    public static DocumentFormat<NotificationMarker> Format { get; } = new("notification marker");

    /// <summary>Marks a decision that is about to be stored, if it has escalations.</summary>
    public Task WriteAsync(RunId runId, string operation, long revision, Decision decision, CancellationToken cancellationToken)
    {
        var mentions = decision.Effects
            .Select(static effect => effect switch
            {
                Effect.RaiseEscalation raised => new EscalationMention(raised.Number, raised.Code),
                Effect.ReopenEscalation again => new EscalationMention(again.Number, again.Code),
                Effect.ResolveEscalation resolved => new EscalationMention(resolved.Number, resolved.Code),
                _ => null,
            })
            .OfType<EscalationMention>()
            .ToValueList();
        return mentions.Count == 0 ? Task.CompletedTask : WriteAsync(runId, operation, revision, mentions, cancellationToken);
    }

    /// <summary>Marks an operation that is about to change escalations.</summary>
    public Task WriteAsync(RunId runId, string operation, long revision, ValueList<EscalationMention> mentions, CancellationToken cancellationToken)
    {
        var marker = new NotificationMarker { RunId = runId, Operation = operation, Revision = revision, Escalations = mentions, At = time.GetUtcNow() };

        // A repeated operation writes its marker again: who is about to remove the old one is refused by the new tag.
        return gateway.WriteOneAsync(
            StorageTable.Notifications,
            NotificationKeys.Pending,
            RowWrite.Merge(
                NotificationKeys.Marker(runId, operation),
                RowProperties.With(Payload.EncodeDocument(DocumentFormat<NotificationMarker>.Write(marker)), Format.Version, WriteIds.Next())),
            cancellationToken);
    }
}
