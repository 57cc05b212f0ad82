using System.Text;
using System.Text.Json;
using OpsManager.Contract;
using SuperloopAdapter.Artifacts;

namespace SuperloopAdapter.Snapshots;

/// <summary>
/// Writes a snapshot within a number of bytes. What is concluded from the artifacts stays; of the artifacts themselves, which
/// an agent can make any size, the largest are left out and named as too large, as one is that the adapter would not hold.
/// </summary>
internal static class SnapshotSize
{
    private static readonly Part[] Parts =
    [
        new("runSummary", static s => s.Run.Summary, static s => s with { Run = s.Run with { Summary = null } }),
        new("runSummary", static s => s.Health.Gates, static s => s with { Health = s.Health with { Gates = null } }),
        new("runSummary", static s => s.Health.Stuck, static s => s with { Health = s.Health with { Stuck = null } }),
        new("state", static s => s.Runtime.SuperloopState, static s => s with { Runtime = s.Runtime with { SuperloopState = null } }),
        new("activeRun", static s => s.Runtime.ActiveRun, static s => s with { Runtime = s.Runtime with { ActiveRun = null } }),
        new("approval", static s => s.Runtime.Approval, static s => s with { Runtime = s.Runtime with { Approval = null } }),
        new("heartbeat", static s => s.Runtime.Heartbeat, static s => s with { Runtime = s.Runtime with { Heartbeat = null } }),
    ];

    public static byte[] Write(LoopRunSnapshot snapshot, int maxBytes)
    {
        var bytes = SnapshotWriter.Write(snapshot);
        foreach (var part in bytes.Length <= maxBytes ? [] : Parts.OrderByDescending(p => p.SizeIn(snapshot)).Where(p => p.SizeIn(snapshot) > 0).ToList())
        {
            snapshot = Name(part.LeaveOut(snapshot), part.Name);
            bytes = SnapshotWriter.Write(snapshot);
            if (bytes.Length <= maxBytes)
            {
                return bytes;
            }
        }

        return bytes.Length <= maxBytes ? bytes : throw new AdapterException(AdapterError.SnapshotTooLarge(bytes.Length));
    }

    private static LoopRunSnapshot Name(LoopRunSnapshot snapshot, string part)
    {
        var ext = snapshot.Ext ?? new SnapshotExtensions();
        var unreadable = new Dictionary<string, string>(ext.Unreadable ?? new Dictionary<string, string>(), StringComparer.Ordinal) { [part] = UnreadableReasons.TooLarge };
        return snapshot with { Ext = ext with { Unreadable = unreadable } };
    }

    private sealed record Part(string Name, Func<LoopRunSnapshot, JsonElement?> Of, Func<LoopRunSnapshot, LoopRunSnapshot> LeaveOut)
    {
        public int SizeIn(LoopRunSnapshot snapshot) => Of(snapshot) is { ValueKind: not JsonValueKind.Null } value ? Encoding.UTF8.GetByteCount(value.GetRawText()) : 0;
    }
}
