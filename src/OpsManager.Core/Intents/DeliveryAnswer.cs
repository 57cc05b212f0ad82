namespace OpsManager.Core.Intents;

/// <summary>The answer to an intent that was sent.</summary>
/// <param name="Intent">The intent.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Code">Stable code: the adapter's refusal, or the failure of the transport.</param>
/// <param name="Detail">The same in words, bounded.</param>
/// <param name="By">Of a decision that was taken already: who took it.</param>
/// <param name="BaseLine">Of a launch: lines in the log before it.</param>
public sealed record DeliveryAnswer(IntentId Intent, DeliveryOutcome Outcome, string? Code = null, string? Detail = null, string? By = null, long? BaseLine = null);
