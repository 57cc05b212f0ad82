namespace OpsManager.Core.Policies;

/// <summary>One member of a policy that was changed.</summary>
/// <param name="Field">Its name, as in a request.</param>
/// <param name="From">The value before, as it is written; null for none.</param>
/// <param name="To">The value after; null for none.</param>
public sealed record PolicyFieldChange(string Field, string? From, string? To);
