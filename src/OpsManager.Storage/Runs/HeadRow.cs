using OpsManager.Core.Runs;
using OpsManager.Storage.Documents;
using OpsManager.Storage.Gateway;

namespace OpsManager.Storage.Runs;

/// <summary>The head of a run as a row.</summary>
internal static class HeadRow
{
    public static DocumentFormat<RunHead> Format { get; } = new("head");

    public static Dictionary<string, object> Properties(RunHead head, string write) => RowProperties.With(
        Payload.EncodeDocument(DocumentFormat<RunHead>.Write(head)),
        Format.Version,
        write,
        (RowProperties.Revision, head.Revision),
        (RowProperties.State, head.Run.Lifecycle.State.ToString()));

    public static async Task<RunHead> ReadAsync(TableRow row, IStorageGateway gateway, CancellationToken cancellationToken) =>
        Format.Read(row, await Payload.DecodeAsync(row, gateway, cancellationToken)) with { StoreTag = row.ETag };

    public static async Task<RunHead?> FindAsync(IStorageGateway gateway, RunId runId, CancellationToken cancellationToken) =>
        await gateway.FindAsync(StorageTable.LoopRuns, runId.Value, RowKeys.Head, cancellationToken) is { } row
            ? await ReadAsync(row, gateway, cancellationToken)
            : null;
}
