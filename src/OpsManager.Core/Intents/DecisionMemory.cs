namespace OpsManager.Core.Intents;

/// <summary>The decision this manager took last.</summary>
/// <param name="Intent">The intent that took it.</param>
/// <param name="Candidate">What it was about.</param>
public sealed record DecisionMemory(IntentId Intent, Candidate Candidate);
