using OpsManager.Contract;

namespace SuperloopAdapter.Snapshots;

/// <summary>What a snapshot says beyond what was observed of the loop.</summary>
/// <param name="Capabilities">The verbs that can be carried out on it.</param>
/// <param name="Exit">How its last process ended.</param>
/// <param name="Control">What control left.</param>
/// <param name="Decision">A decision that waits for the next run.</param>
/// <param name="Recovery">A recovery that waits for a person.</param>
/// <param name="Beat">The beat of the service's watch.</param>
internal sealed record SnapshotAdditions(
    IReadOnlyList<string> Capabilities, ExitFacts? Exit, ControlFacts? Control, DecisionFacts? Decision, RecoveryFacts? Recovery, BeatFacts? Beat);
