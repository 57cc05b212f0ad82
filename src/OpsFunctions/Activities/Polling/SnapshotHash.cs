using System.Collections.Frozen;
using System.Text.Json;

namespace OpsFunctions.Activities.Polling;

/// <summary>Tells whether a snapshot says anything new.</summary>
public static class SnapshotHash
{
    // What changes at every look although nothing happened.
    private static readonly FrozenSet<string> Volatile = new[]
    {
        "emittedAt",
        "traceId",
        "ext.activity.outputBytes",
        "ext.beat",
        "runtime.heartbeat",
        "artifacts.heartbeat",
        "artifacts.events.mtimeEpoch",
        "artifacts.runSummary.mtimeEpoch",
        "artifacts.state.mtimeEpoch",
        "artifacts.activeRun.mtimeEpoch",
        "artifacts.approval.mtimeEpoch",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Hash of a snapshot's content.</summary>
    /// <param name="raw">The envelope as received, UTF-8 JSON.</param>
    public static string Of(ReadOnlyMemory<byte> raw)
    {
        using var document = JsonDocument.Parse(raw);
        return CanonicalJson.Hash(document.RootElement, Volatile);
    }
}
