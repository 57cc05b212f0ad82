using OpsManager.Core.Lifecycle;

namespace OpsManager.Core.Verdicts;

/// <summary>What one observation says the run is.</summary>
/// <param name="Rule">The rule that decided.</param>
/// <param name="State">The state.</param>
/// <param name="Reason">Reason code.</param>
/// <param name="Basis">What it rests on.</param>
/// <param name="Evidence">The same in words.</param>
/// <param name="By">Who caused it.</param>
public sealed record Verdict(string Rule, LifecycleState State, string? Reason, VerdictBasis Basis, string Evidence, string By);
