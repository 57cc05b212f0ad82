namespace OpsManager.Core.Policies;

/// <summary>What became of a patch.</summary>
/// <param name="Policy">The policy with the patch in it; null if something is wrong with it.</param>
/// <param name="Errors">What is wrong; all of it, not only the first.</param>
public sealed record PolicyPatchResult(RunPolicy? Policy, IReadOnlyList<PolicyError> Errors);
