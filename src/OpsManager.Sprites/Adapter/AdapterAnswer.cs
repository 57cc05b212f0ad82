namespace OpsManager.Sprites.Adapter;

/// <summary>The adapter answered and its answer is valid.</summary>
/// <typeparam name="T">What the answer holds.</typeparam>
/// <param name="Value">The answer.</param>
public sealed record AdapterAnswer<T>(T Value) : AdapterResult<T>;
