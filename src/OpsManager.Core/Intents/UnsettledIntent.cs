namespace OpsManager.Core.Intents;

/// <summary>An intent that ended without its effect, and that nothing has made up for yet. The last one of its verb.</summary>
/// <param name="Id">The intent.</param>
/// <param name="Verb">What was asked.</param>
/// <param name="Status">How it ended.</param>
/// <param name="By">Who asked.</param>
/// <param name="At">When it ended, on the manager's clock.</param>
/// <param name="Code">Why, as a code.</param>
public sealed record UnsettledIntent(IntentId Id, IntentVerb Verb, IntentStatus Status, string By, DateTimeOffset At, string? Code);
