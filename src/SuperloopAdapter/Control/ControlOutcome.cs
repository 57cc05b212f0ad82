using OpsManager.Contract;

namespace SuperloopAdapter.Control;

/// <summary>What became of an intent.</summary>
internal sealed record ControlOutcome
{
    /// <summary>Whether its effect was seen.</summary>
    public required bool Done { get; init; }

    /// <summary>Why it was not even tried; null when it was.</summary>
    public string? Refusal { get; init; }

    /// <summary>Word for what was seen.</summary>
    public required string Reason { get; init; }

    /// <summary>The same in a sentence.</summary>
    public required string Text { get; init; }

    public int Looks { get; init; }

    public TimeSpan Bound { get; init; }

    public ControlProof? Proof { get; init; }

    public DecisionFacts? Decision { get; init; }

    public static ControlOutcome Refused(string code, string text) => new() { Done = false, Refusal = code, Reason = code, Text = text };
}
