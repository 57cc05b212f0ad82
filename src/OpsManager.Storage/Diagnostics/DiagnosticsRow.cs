using OpsManager.Storage.Documents;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Diagnostics;

/// <summary>Diagnostics as a row: a JSON header in one line, then the adapter's document byte for byte.</summary>
internal static class DiagnosticsRow
{
    private const string Prefix = "diagnostics-";

    private static DocumentFormat<Header> Format { get; } = new("diagnostics");

    /// <summary>The key of an attempt's row; one less than 0 is the key before all of them.</summary>
    public static string KeyOf(int attempt) => attempt < 0 ? Prefix : RowKeys.Numbered(Prefix, attempt);

    /// <summary>The row's properties.</summary>
    /// <exception cref="ArgumentException">The document is too large to be one that an adapter may answer with.</exception>
    public static Dictionary<string, object> Properties(StoredDiagnostics diagnostics, string blobPath, string write)
    {
        var header = new Header(
            diagnostics.Attempt, diagnostics.CapturedAt, diagnostics.Cause, diagnostics.Outcome, diagnostics.FailureCode, diagnostics.FailureDetail);
        byte[] content = [.. DocumentFormat<Header>.Write(header), (byte)'\n', .. diagnostics.Document.Span];
        var payload = Payload.Encode(content, blobPath);
        return payload.Blob is null
            ? RowProperties.With(payload.Properties, Format.Version, write)
            : throw new ArgumentException($"A document of {diagnostics.Document.Length} bytes does not fit into a row.", nameof(diagnostics));
    }

    /// <summary>What a row holds.</summary>
    /// <exception cref="UnreadableDocumentException">It is damaged or newer than this reader.</exception>
    public static async Task<StoredDiagnostics> ReadAsync(TableRow row, IStorageGateway gateway, CancellationToken cancellationToken)
    {
        var content = await Payload.DecodeAsync(row, gateway, cancellationToken);
        var end = Math.Max(0, Array.IndexOf(content, (byte)'\n'));
        var header = Format.Read(row, content.AsSpan(0, end));
        return new StoredDiagnostics
        {
            Attempt = header.Attempt,
            CapturedAt = header.CapturedAt,
            Cause = header.Cause,
            Outcome = header.Outcome,
            FailureCode = header.FailureCode,
            FailureDetail = header.FailureDetail,
            Document = content.AsMemory(end + 1),
        };
    }

    /// <summary>All but the document.</summary>
    internal sealed record Header(
        int Attempt, DateTimeOffset CapturedAt, DiagnosticsCause Cause, DiagnosticsOutcome Outcome, string? FailureCode, string? FailureDetail);
}
