using System.Text.Json;

namespace OpsManager.FakeAdapter;

/// <summary>What became of a loop, as its own side knows it.</summary>
/// <param name="Lines">The log.</param>
/// <param name="Effects">What control calls did, in order; a repeated call that did nothing anew is not in it.</param>
/// <param name="Launches">The attempts that were launched, in order.</param>
/// <param name="Replays">Calls that were answered with what was answered before.</param>
public sealed record LoopReport(IReadOnlyList<JsonElement> Lines, IReadOnlyList<LoopEffect> Effects, IReadOnlyList<int> Launches, int Replays);
