using System.Text.Json.Serialization;
using OpsManager.Core.Evidence;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Divergence;

/// <summary>Automatic control is frozen: no policy acts and nothing is launched by itself. What people ask for stays possible.</summary>
/// <param name="Since">Since when, on the manager's clock.</param>
/// <param name="Codes">The contradictions, as last seen.</param>
/// <param name="Persists">Whether a second observation saw a contradiction too, with the evidence folded anew.</param>
/// <param name="Replay">What the replay of the stored events found; null before it, and where there was none.</param>
public sealed record ControlFreeze(DateTimeOffset Since, ValueList<string> Codes, bool Persists, string? Replay = null)
{
    /// <summary>Whether the next observation is to be made from all stored events instead of those that are new.</summary>
    [JsonIgnore]
    public bool WantsReplay => !Persists;

    /// <summary>The freeze as it now has to stand: with the first contradiction, until there is none.</summary>
    /// <param name="run">The run with the divergence of this observation, still with its former freeze.</param>
    /// <param name="replay">What a replay found that was made for this observation; null if none was.</param>
    /// <param name="now">The time of the decision.</param>
    internal static ControlFreeze? Settle(LoopRun run, EvidenceReplay? replay, DateTimeOffset now)
    {
        if (run.Divergence.Count == 0)
        {
            return null;
        }

        return run.Freeze is not { } known
            ? new ControlFreeze(now, run.Divergence, false)
            : known with
            {
                Codes = run.Divergence,

                // The same moment looked at twice is no second observation.
                Persists = known.Persists || now > known.Since,
                Replay = replay?.Finding ?? known.Replay,
            };
    }
}
