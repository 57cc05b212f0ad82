namespace OpsManager.Core.Intents;

/// <summary>The cancel that was sent last. While it is under way, or once it is known to have arrived, it is the cause of whatever ends the run, unless the log says otherwise.</summary>
/// <param name="Intent">The intent.</param>
/// <param name="By">Who asked.</param>
/// <param name="SentAt">When it was first sent, on the manager's clock.</param>
/// <param name="Taken">Whether the adapter is known to have taken it.</param>
public sealed record CancelMemory(IntentId Intent, string By, DateTimeOffset SentAt, bool Taken);
