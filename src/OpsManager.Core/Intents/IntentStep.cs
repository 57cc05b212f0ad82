namespace OpsManager.Core.Intents;

/// <summary>One step of an intent: its own audit trail.</summary>
/// <param name="Status">The status entered.</param>
/// <param name="At">When, on the manager's clock.</param>
/// <param name="By">Who caused it: a person, <c>manager</c>, <c>policy:&lt;name&gt;</c>, <c>adapter</c> or <c>runtime</c>.</param>
/// <param name="Code">Stable code of the reason; null where the status says it all.</param>
/// <param name="Evidence">What it rests on, in words.</param>
public sealed record IntentStep(IntentStatus Status, DateTimeOffset At, string By, string? Code, string? Evidence);
