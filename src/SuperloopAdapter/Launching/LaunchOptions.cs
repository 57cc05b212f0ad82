namespace SuperloopAdapter.Launching;

/// <summary>What a launch needs from the operator.</summary>
/// <param name="Superloop">Absolute path of the runtime's script.</param>
/// <param name="SecretVariables">Environment variables the runtime must not inherit.</param>
internal sealed record LaunchOptions(string Superloop, IReadOnlyCollection<string> SecretVariables);
