namespace OpsManager.Core.Intents;

/// <summary>The cancel that was sent last: whatever ends the run from then on was caused by it unless the log says otherwise.</summary>
/// <param name="Intent">The intent.</param>
/// <param name="By">Who asked.</param>
/// <param name="SentAt">When it was first sent, on the manager's clock.</param>
/// <param name="Taken">Whether the adapter is known to have taken it.</param>
public sealed record CancelMemory(IntentId Intent, string By, DateTimeOffset SentAt, bool Taken);
