namespace OpsManager.Storage.Notifications;

/// <summary>An escalation that a decision raises, brings back or resolves.</summary>
/// <param name="Number">Its number within the run.</param>
/// <param name="Code">Its reason code.</param>
public sealed record EscalationMention(long Number, string Code);
