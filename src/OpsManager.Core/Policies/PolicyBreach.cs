using OpsManager.Core.Escalations;

namespace OpsManager.Core.Policies;

/// <summary>A policy that is broken.</summary>
/// <param name="Policy">Its name; see <see cref="PolicyNames"/>.</param>
/// <param name="Action">What the manager is to do by itself, besides escalating.</param>
/// <param name="Code">Reason code.</param>
/// <param name="Severity">How urgent it is.</param>
/// <param name="Detail">What was measured against which limit, in words. Does not change from poll to poll.</param>
/// <param name="Since">Since when it is broken, on the manager's clock.</param>
public sealed record PolicyBreach(string Policy, PolicyAction Action, string Code, EscalationSeverity Severity, string Detail, DateTimeOffset Since);
