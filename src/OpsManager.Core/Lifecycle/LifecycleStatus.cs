using System.Text.Json.Serialization;

namespace OpsManager.Core.Lifecycle;

/// <summary>Where a run stands. Only an end carries a quiescence, and every end carries one.</summary>
public sealed record LifecycleStatus
{
    [JsonConstructor]
    internal LifecycleStatus(LifecycleState state, DateTimeOffset since, string? reason, Quiescence? quiescence, string? quiescenceProof)
    {
        if (state.IsTerminal() != quiescence.HasValue)
        {
            throw new ArgumentException($"State {state} and quiescence {quiescence?.ToString() ?? "none"} do not go together.", nameof(quiescence));
        }

        State = state;
        Since = since;
        Reason = reason;
        Quiescence = quiescence;
        QuiescenceProof = quiescenceProof;
    }

    /// <summary>The state.</summary>
    public LifecycleState State { get; }

    /// <summary>When it was entered, on the manager's clock.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>Why, as a code: <c>max_iterations</c>, <c>role_timeout</c>, ...</summary>
    public string? Reason { get; }

    /// <summary>Whether it is proven that nothing of an ended run lives.</summary>
    public Quiescence? Quiescence { get; }

    /// <summary>What proves it: <c>process</c> or <c>artifacts_only</c>.</summary>
    public string? QuiescenceProof { get; }

    /// <summary>A state that is not an end.</summary>
    public static LifecycleStatus Live(LifecycleState state, DateTimeOffset since, string? reason = null) =>
        new(state, since, reason, null, null);

    /// <summary>An end.</summary>
    public static LifecycleStatus Ended(LifecycleState state, DateTimeOffset since, string? reason, Quiescence quiescence, string? proof) =>
        new(state, since, reason, quiescence, proof);
}
