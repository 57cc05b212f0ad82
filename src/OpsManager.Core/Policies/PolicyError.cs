namespace OpsManager.Core.Policies;

/// <summary>Something wrong with a policy that was asked for.</summary>
/// <param name="Field">Name of the member.</param>
/// <param name="IsUnknown">Whether there is no such member.</param>
/// <param name="Detail">What is wrong.</param>
/// <param name="Fix">What would be right.</param>
public sealed record PolicyError(string Field, bool IsUnknown, string Detail, string Fix);
