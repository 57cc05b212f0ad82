namespace OpsManager.Core.Runs;

/// <summary>A label of a run.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Value">Its value.</param>
public sealed record RunLabel(string Key, string Value);
