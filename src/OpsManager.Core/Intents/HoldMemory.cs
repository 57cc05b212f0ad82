namespace OpsManager.Core.Intents;

/// <summary>A pause that is in force: nothing is launched until it is lifted.</summary>
/// <param name="Intent">The intent that set it.</param>
/// <param name="By">Who asked.</param>
/// <param name="Since">Since when, on the manager's clock.</param>
public sealed record HoldMemory(IntentId Intent, string By, DateTimeOffset Since);
