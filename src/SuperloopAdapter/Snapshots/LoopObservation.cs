using System.Text.Json;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Snapshots;

/// <summary>One look at a loop: what was read, what was seen, and the newest launch of ours if the loop's process is that one.</summary>
/// <param name="Readings">The artifacts.</param>
/// <param name="Sighting">The processes.</param>
/// <param name="Evidence">What the status is concluded from.</param>
/// <param name="Leader">The living leader.</param>
/// <param name="Launch">The launch whose process is the loop's newest.</param>
internal sealed record LoopObservation(
    LoopReadings Readings, ProcessSighting Sighting, RunEvidence Evidence, ProcessEntry? Leader, LaunchSighting? Launch)
{
    /// <summary>What there is of the loop's process beside its leader, counted once the looks agree; null when that cannot be told.</summary>
    public MemberCount? Members { get; init; }

    /// <summary>What the covering launch's process wrote last; null for a process of somebody else.</summary>
    public CapturedOutput? Output { get; init; }

    /// <summary>The log of the role in flight; null when there is none yet.</summary>
    public FileIdentity? RoleLog { get; init; }

    /// <summary>escalation.json: a recovery that the runtime put before people.</summary>
    public JsonElement? Escalation { get; init; }

    /// <summary>How the leader ended. While a leader lives there is no exit, whatever was written in between two reads.</summary>
    public ExitRecord? Exit => Leader is null ? Launch?.Exit : null;
}
